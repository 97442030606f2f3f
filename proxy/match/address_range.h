#pragma once

#include <cstdint>

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

}  // namespace orrery::match
