#pragma once

#include <cstdint>

#include "proxy/base/time.h"
#include "proxy/io/random.h"

namespace orrery::http {

// envoy.config.core.v3.KeepaliveSettings: PINGs that must be answered.
struct Keepalive {
  Duration interval;  // 0: none
  Duration timeout;
  uint32_t jitterPpm = 150'000;  // at most so much of the interval is added to each
  Duration idleInterval;         // connection_idle_interval, 0: none
};

// The time to the next PING. A jitter below a millisecond is none, as in Envoy.
inline Duration nextPing(const Keepalive& keepalive, io::Random& random) {
  const auto interval = static_cast<uint64_t>(keepalive.interval.inMilliseconds());
  const uint64_t most = interval * keepalive.jitterPpm / 1'000'000;
  if (most == 0) return keepalive.interval;
  return keepalive.interval + Duration::milliseconds(static_cast<int64_t>(random.bits() % most));
}

}  // namespace orrery::http
