#pragma once

#include <cstdint>

#include "sim/ledger/endpoint.h"

namespace orrery::sim {

// The address behind the one word of an event's field.
constexpr Endpoint unpacked(uint64_t word) {
  return {static_cast<uint32_t>(word >> 16), static_cast<uint16_t>(word & 0xffff)};
}

}  // namespace orrery::sim
