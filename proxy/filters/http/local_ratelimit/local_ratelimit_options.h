#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proxy/base/time.h"
#include "proxy/match/fraction.h"
#include "proxy/route/rate_limit.h"
#include "proxy/route/route_config.h"

namespace orrery::filters::local_ratelimit {

struct BucketOptions {
  uint64_t maxTokens = 0;  // 0: nothing ever passes
  uint64_t tokensPerFill = 1;
  Duration fillInterval;
};

// A bucket of its own for what is counted under these entries. An empty value stands for any, each with a bucket of its own.
struct DescriptorOptions {
  std::vector<route::DescriptorEntry> entries;
  BucketOptions bucket;
  bool shadow = false;  // what it refuses is counted and passes
};

// Whether the rate limits of the virtual host count beside the route's.
enum class HostLimits : uint8_t { kWhereTheRouteHasNone, kToo, kNever };

// envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit, of the filter or of a route.
struct LocalRateLimitOptions {
  std::string statPrefix;
  uint32_t status = 429;
  std::optional<BucketOptions> bucket;  // none: what has no descriptor is not limited
  std::vector<DescriptorOptions> descriptors;
  std::vector<route::RateLimit> rateLimits;  // empty: those of the route count
  uint32_t stage = 0;                        // of the route's rate limits
  HostLimits hostLimits = HostLimits::kWhereTheRouteHasNone;
  size_t maxDynamicDescriptors = 20;  // for each descriptor with empty values
  bool alwaysTakeFromBucket = true;   // also for what has a descriptor
  // Each downstream connection has buckets of its own: one set, made by the first setting that asks, whichever ask after it
  // (measured at Envoy 1.40).
  bool perConnection = false;
  // The buckets are those of so many proxies, each of which counts only what it sees itself: what a request takes, it takes so
  // many times (local_cluster_rate_limit).
  uint64_t proxies = 1;
  match::RuntimeFraction filterEnabled{{0, 100}, {}};
  match::RuntimeFraction filterEnforced{{0, 100}, {}};
  route::HeaderLevel requestHeadersWhenNotEnforced;
  route::HeaderLevel responseHeaders;
  bool xRateLimitHeaders = false;  // x-ratelimit-limit, -remaining and -reset (draft 03)
  bool retryAfter = false;         // of what is answered by 429
  bool resourceExhausted = false;  // gRPC status RESOURCE_EXHAUSTED instead of UNAVAILABLE
};

}  // namespace orrery::filters::local_ratelimit
