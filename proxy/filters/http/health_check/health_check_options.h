#pragma once

#include <string>
#include <utility>
#include <vector>

#include "proxy/base/time.h"
#include "proxy/match/header_matcher.h"

namespace orrery::filters::health_check {

// envoy.extensions.filters.http.health_check.v3.HealthCheck
struct HealthCheckOptions {
  bool passThrough = false;
  Duration cacheTime;                         // pass-through: zero is every time
  std::vector<match::HeaderMatcher> headers;  // all of them: this is a health check
};

}  // namespace orrery::filters::health_check
