#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proxy/base/time.h"
#include "proxy/match/fraction.h"
#include "proxy/route/route_config.h"

namespace orrery::filters::local_ratelimit {

struct BucketOptions {
  uint64_t maxTokens = 0;
  uint64_t tokensPerFill = 1;
  Duration fillInterval;
};

// envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit, of the filter or of a route.
struct LocalRateLimitOptions {
  std::string statPrefix;
  uint32_t status = 429;
  std::optional<BucketOptions> bucket;  // none: nothing is limited
  match::RuntimeFraction filterEnabled{{0, 100}, {}};
  match::RuntimeFraction filterEnforced{{0, 100}, {}};
  route::HeaderLevel requestHeadersWhenNotEnforced;
  route::HeaderLevel responseHeaders;
  bool xRateLimitHeaders = false;  // x-ratelimit-limit, -remaining and -reset (draft 03)
  bool resourceExhausted = false;  // gRPC status RESOURCE_EXHAUSTED instead of UNAVAILABLE
};

}  // namespace orrery::filters::local_ratelimit
