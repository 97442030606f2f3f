#pragma once

#include "proxy/match/fraction.h"
#include "proxy/net/worker.h"

namespace orrery::http {

// Envoy's Snapshot::featureEnabled, with a draw only where the answer hangs on one.
inline bool drawEnabled(const match::RuntimeFraction& fraction, net::Worker& worker) {
  const auto& value = fraction.defaultValue;
  const bool certain = fraction.runtimeKey.empty() && (value.numerator == 0 || value.numerator >= value.denominator);
  if (certain) return value.numerator != 0;
  return match::enabled(fraction, *worker.runtime, worker.random->bits());
}

}  // namespace orrery::http
