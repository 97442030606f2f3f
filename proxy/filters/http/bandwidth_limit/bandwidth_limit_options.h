#pragma once

#include <cstdint>
#include <string>

#include "proxy/base/time.h"
#include "proxy/runtime/runtime.h"

namespace orrery::filters::bandwidth_limit {

// envoy.extensions.filters.http.bandwidth_limit.v3.BandwidthLimit, of the filter or of a route.
struct BandwidthLimitOptions {
  std::string statPrefix;
  bool request = false;
  bool response = false;
  uint64_t kilobytesPerSecond = 0;
  Duration fillInterval = Duration::milliseconds(50);
  runtime::Flag enabled;
  bool responseTrailers = false;  // how long bodies were held is told behind the response
  std::string trailerPrefix;      // of their names, with its "-"; empty: none
};

}  // namespace orrery::filters::bandwidth_limit
