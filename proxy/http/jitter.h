#pragma once

#include <cstdint>

#include "proxy/base/time.h"
#include "proxy/io/random.h"

namespace orrery::http {

// A time with up to `ppm` millionths of it more, drawn in whole milliseconds; below one millisecond nothing is added, or drawn (Envoy).
inline Duration jittered(Duration time, uint32_t ppm, io::Random& random) {
  const uint64_t most = static_cast<uint64_t>(time.inMilliseconds()) * ppm / 1'000'000;
  return most == 0 ? time : time + Duration::milliseconds(static_cast<int64_t>(random.bits() % most));
}

}  // namespace orrery::http
