#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "proxy/base/time.h"
#include "proxy/match/header_matcher.h"

namespace orrery::filters::health_check {

// envoy.extensions.filters.http.health_check.v3.HealthCheck
struct HealthCheckOptions {
  bool passThrough = false;
  Duration cacheTime;  // pass-through: zero is every time
  // By name of cluster: how many of a hundred hosts must be healthy or degraded.
  std::map<std::string, uint64_t> minHealthyPercentages;
  std::vector<match::HeaderMatcher> headers;  // all of them: this is a health check
};

}  // namespace orrery::filters::health_check
