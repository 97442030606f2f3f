#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/time.h"
#include "proxy/match/header_matcher.h"
#include "proxy/stream_info/value.h"

// When a request is tried again (envoy.config.route.v3.RetryPolicy), as plain data.
namespace orrery::route {

// retry_on, as bits. The gRPC ones look at grpc-status in the head of a response, as Envoy does.
enum RetryOn : uint32_t {
  kRetryOn5xx = 1u << 0,
  kRetryOnGatewayError = 1u << 1,
  kRetryOnConnectFailure = 1u << 2,
  kRetryOnRetriable4xx = 1u << 3,
  kRetryOnRefusedStream = 1u << 4,
  kRetryOnReset = 1u << 5,
  kRetryOnRetriableStatusCodes = 1u << 6,
  kRetryOnRetriableHeaders = 1u << 7,
  kRetryOnEnvoyRateLimited = 1u << 8,
  kRetryOnResetBeforeRequest = 1u << 9,
  kRetryOnGrpcCancelled = 1u << 10,
  kRetryOnGrpcDeadlineExceeded = 1u << 11,
  kRetryOnGrpcInternal = 1u << 12,
  kRetryOnGrpcResourceExhausted = 1u << 13,
  kRetryOnGrpcUnavailable = 1u << 14,
  kRetryOnHttp3PostConnectFailure = 1u << 15,  // never happens without HTTP/3
};
constexpr uint32_t kRetryOnAnyGrpc = kRetryOnGrpcCancelled | kRetryOnGrpcDeadlineExceeded | kRetryOnGrpcInternal |
                                     kRetryOnGrpcResourceExhausted | kRetryOnGrpcUnavailable;
struct RetryOnWord {
  std::string_view word;
  uint32_t bit;
};
// Every word that Envoy knows; those of x-envoy-retry-on first, then those of x-envoy-retry-grpc-on.
constexpr RetryOnWord kRetryOnWords[] = {{"5xx", kRetryOn5xx},
                                         {"gateway-error", kRetryOnGatewayError},
                                         {"connect-failure", kRetryOnConnectFailure},
                                         {"retriable-4xx", kRetryOnRetriable4xx},
                                         {"refused-stream", kRetryOnRefusedStream},
                                         {"reset", kRetryOnReset},
                                         {"retriable-status-codes", kRetryOnRetriableStatusCodes},
                                         {"retriable-headers", kRetryOnRetriableHeaders},
                                         {"envoy-ratelimited", kRetryOnEnvoyRateLimited},
                                         {"reset-before-request", kRetryOnResetBeforeRequest},
                                         {"http3-post-connect-failure", kRetryOnHttp3PostConnectFailure},
                                         {"cancelled", kRetryOnGrpcCancelled},
                                         {"deadline-exceeded", kRetryOnGrpcDeadlineExceeded},
                                         {"internal", kRetryOnGrpcInternal},
                                         {"resource-exhausted", kRetryOnGrpcResourceExhausted},
                                         {"unavailable", kRetryOnGrpcUnavailable}};
// Parses "5xx,reset"; unknown words are given back in `unknown`, joined with ','.
uint32_t parseRetryOn(std::string_view text, std::string* unknown);

// rate_limited_retry_back_off: a response says when to come back.
struct ResetHeader {
  enum class Format : uint8_t { kSeconds, kUnixTimestamp };
  message::HeaderName name;
  Format format = Format::kSeconds;
};
struct RateLimitedBackoff {
  std::vector<ResetHeader> headers;  // the first that fits counts
  Duration maxInterval = Duration::seconds(300);
};

struct RetryPolicy {
  uint32_t retryOn = 0;
  uint32_t numRetries = 1;
  std::optional<Duration> perTryTimeout;
  std::optional<Duration> perTryIdleTimeout;
  Duration backoffBase = Duration::milliseconds(25);
  bool backoffSet = false;             // false: base comes from the runtime (upstream.base_retry_backoff_ms)
  std::optional<Duration> backoffMax;  // unset: 10 x base
  std::optional<RateLimitedBackoff> rateLimited;
  std::vector<uint32_t> retriableStatusCodes;
  std::vector<match::HeaderMatcher> retriableHeaders;  // of responses
  std::vector<match::HeaderMatcher> retriableRequestHeaders;
  bool refreshCluster = false;  // refresh_cluster_on_retry: each retry chooses the route's cluster again
  uint32_t hostSelectionMaxAttempts = 1;
  bool previousHostsPredicate = false;  // envoy.retry_host_predicates.previous_hosts
  bool omitCanaryHosts = false;
  std::optional<stream_info::Value::Object> omitHosts;  // omit_host_metadata: hosts with all of these labels
  std::optional<uint32_t> previousPriorities;           // previous_priorities: the load is adjusted after so many tries
};

}  // namespace orrery::route
