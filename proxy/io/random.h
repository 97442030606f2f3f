#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "proxy/base/prng.h"

namespace orrery::io {

// Chance for decisions: balancing, jitter, fractions. Integers and ratios only. Not for secrets.
// Lifetime: children may outlive the parent. Threading: one thread each.
class Random {
 public:
  virtual ~Random() = default;
  virtual uint64_t bits() = 0;
  // An independent generator by name, so that adding a draw in one place shifts no other.
  virtual std::unique_ptr<Random> child(std::string_view name) = 0;

  // Uniform in [0, n); n > 0.
  uint64_t below(uint64_t n) { return Prng::scale(bits(), n); }
  // True in numerator out of denominator cases.
  bool ratio(uint64_t numerator, uint64_t denominator) {
    if (numerator == 0) return false;
    if (numerator >= denominator) return true;
    return below(denominator) < numerator;
  }
};

}  // namespace orrery::io
