#pragma once

#include <cstdint>

#include "proxy/base/prng.h"

namespace orrery::sim {

// A chance, in millionths: no floating point decides what happens. A plain value.
struct Ratio {
  static constexpr uint32_t kOne = 1'000'000;
  uint32_t perMillion = 0;

  constexpr bool never() const { return perMillion == 0; }
  // Whether 64 drawn bits hit.
  constexpr bool hit(uint64_t bits) const { return Prng::scale(bits, kOne) < perMillion; }
  constexpr bool operator==(const Ratio&) const = default;
};

}  // namespace orrery::sim
