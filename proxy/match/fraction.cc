#include "proxy/match/fraction.h"

namespace orrery::match {

bool enabled(const RuntimeFraction& fraction, const runtime::Snapshot& runtime, uint64_t random) {
  FractionalPercent percent = fraction.defaultValue;
  if (!fraction.runtimeKey.empty()) {
    constexpr uint64_t kUnset = UINT64_MAX;
    const uint64_t value = runtime.integer(fraction.runtimeKey, kUnset);
    if (value != kUnset) {
      if (value > 100) return true;
      percent = {static_cast<uint32_t>(value), 100};
    }
  }
  return percent.denominator != 0 && random % percent.denominator < percent.numerator;
}

}  // namespace orrery::match
