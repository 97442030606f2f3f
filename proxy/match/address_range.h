#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "proxy/io/address.h"

namespace orrery::match {

// The addresses that begin with the same bits.
struct AddressRange {
  io::Address network;
  uint32_t bits = 0;

  bool holds(const io::Address& address) const {
    return address.kind() == network.kind() && address.network(bits) == network;
  }
};

inline bool anyHolds(const std::vector<AddressRange>& ranges, const io::Address& address) {
  return std::ranges::any_of(ranges, [&](const AddressRange& r) { return r.holds(address); });
}

}  // namespace orrery::match
