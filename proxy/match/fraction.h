#pragma once

#include <cstdint>
#include <string>

#include "proxy/runtime/runtime.h"

namespace orrery::match {

struct FractionalPercent {
  uint32_t numerator = 100;
  uint32_t denominator = 100;
};
// envoy.config.core.v3.RuntimeFractionalPercent as plain data.
struct RuntimeFraction {
  FractionalPercent defaultValue;
  std::string runtimeKey;  // empty: none
};

// Envoy's Snapshot::featureEnabled. `random`: any 64 bits; the same bits give the same answer. A plain number in the
// runtime is a percentage; anything above 100 is "always".
bool enabled(const RuntimeFraction& fraction, const runtime::Snapshot& runtime, uint64_t random);

}  // namespace orrery::match
