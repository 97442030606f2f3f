#pragma once

#include <cstdint>

#include "proxy/base/time.h"

namespace orrery::http {

// envoy.config.core.v3.KeepaliveSettings: PINGs that must be answered.
struct Keepalive {
  Duration interval;  // 0: none by themselves
  Duration timeout;
  uint32_t jitterPpm = 150'000;  // at most so much of the interval is added to each
  Duration idleInterval;         // connection_idle_interval, of clusters; 0: none
};

}  // namespace orrery::http
