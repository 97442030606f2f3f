#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proxy/base/time.h"
#include "proxy/match/fraction.h"
#include "proxy/match/header_matcher.h"
#include "proxy/stream_info/value.h"

namespace orrery::filters::fault {

// Its parts. They stand outside of it because their own defaults must be known where it holds them as optional.
struct DelayOptions {
  std::optional<Duration> fixed;
  match::FractionalPercent percentage{0, 100};
};

struct AbortOptions {
  std::optional<uint32_t> httpStatus;
  std::optional<uint32_t> grpcStatus;
  bool byHeader = false;
  match::FractionalPercent percentage{0, 100};
  std::string body = "fault filter abort";
};

struct RateLimitOptions {
  std::optional<uint64_t> kilobytesPerSecond;
  match::FractionalPercent percentage{0, 100};
};

// envoy.extensions.filters.http.fault.v3.HTTPFault, of the filter or of a route. A value that is unset comes from the
// request's header (header_delay, header_abort, header_limit).
struct FaultOptions {
  using Delay = DelayOptions;
  using Abort = AbortOptions;
  using RateLimit = RateLimitOptions;
  std::optional<Delay> delay;
  std::optional<Abort> abort;
  std::optional<RateLimit> rateLimit;
  std::string upstreamCluster;  // empty: any
  std::vector<match::HeaderMatcher> headers;
  std::vector<std::string> downstreamNodes;  // empty: any
  std::optional<uint64_t> maxActiveFaults;
  bool countByDownstreamCluster = true;  // also below the name that x-envoy-downstream-service-cluster gives
  stream_info::Value::Object metadata;   // into the dynamic metadata of requests that are delayed or aborted
  // Runtime keys.
  std::string delayPercentKey = "fault.http.delay.fixed_delay_percent";
  std::string abortPercentKey = "fault.http.abort.abort_percent";
  std::string delayDurationKey = "fault.http.delay.fixed_duration_ms";
  std::string abortHttpStatusKey = "fault.http.abort.http_status";
  std::string abortGrpcStatusKey = "fault.http.abort.grpc_status";
  std::string maxActiveFaultsKey = "fault.http.max_active_faults";
  std::string rateLimitPercentKey = "fault.http.rate_limit.response_percent";
};

}  // namespace orrery::filters::fault
