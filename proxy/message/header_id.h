#pragma once

#include <cstdint>
#include <string_view>

namespace orrery::message {

// The header names the proxy itself asks for. A name that is parsed becomes its id once; asking by id is one mask test.
// Order: fixed by the table in header_id.cc. At most 64 (the presence mask).
#define ORRERY_HEADER_IDS(X)                                                        \
  X(kMethod, ":method")                                                             \
  X(kPath, ":path")                                                                 \
  X(kScheme, ":scheme")                                                             \
  X(kAuthority, ":authority")                                                       \
  X(kStatus, ":status")                                                             \
  X(kConnection, "connection")                                                      \
  X(kContentLength, "content-length")                                               \
  X(kContentType, "content-type")                                                   \
  X(kCookie, "cookie")                                                              \
  X(kDate, "date")                                                                  \
  X(kExpect, "expect")                                                              \
  X(kForwarded, "forwarded")                                                        \
  X(kGrpcStatus, "grpc-status")                                                     \
  X(kGrpcTimeout, "grpc-timeout")                                                   \
  X(kHost, "host")                                                                  \
  X(kKeepAlive, "keep-alive")                                                       \
  X(kLocation, "location")                                                          \
  X(kOrigin, "origin")                                                              \
  X(kProxyConnection, "proxy-connection")                                           \
  X(kReferer, "referer")                                                            \
  X(kServer, "server")                                                              \
  X(kSetCookie, "set-cookie")                                                       \
  X(kTe, "te")                                                                      \
  X(kTrailer, "trailer")                                                            \
  X(kTransferEncoding, "transfer-encoding")                                         \
  X(kUpgrade, "upgrade")                                                            \
  X(kUserAgent, "user-agent")                                                       \
  X(kVia, "via")                                                                    \
  X(kXForwardedClientCert, "x-forwarded-client-cert")                               \
  X(kXForwardedFor, "x-forwarded-for")                                              \
  X(kXForwardedHost, "x-forwarded-host")                                            \
  X(kXForwardedPort, "x-forwarded-port")                                            \
  X(kXForwardedProto, "x-forwarded-proto")                                          \
  X(kXRequestId, "x-request-id")                                                    \
  X(kXClientTraceId, "x-client-trace-id")                                           \
  X(kEnvoyAttemptCount, "x-envoy-attempt-count")                                    \
  X(kEnvoyDecoratorOperation, "x-envoy-decorator-operation")                        \
  X(kEnvoyDegraded, "x-envoy-degraded")                                             \
  X(kEnvoyDownstreamServiceCluster, "x-envoy-downstream-service-cluster")           \
  X(kEnvoyDownstreamServiceNode, "x-envoy-downstream-service-node")                 \
  X(kEnvoyExpectedRqTimeoutMs, "x-envoy-expected-rq-timeout-ms")                    \
  X(kEnvoyExternalAddress, "x-envoy-external-address")                              \
  X(kEnvoyForceTrace, "x-envoy-force-trace")                                        \
  X(kEnvoyHedgeOnPerTryTimeout, "x-envoy-hedge-on-per-try-timeout")                 \
  X(kEnvoyImmediateHealthCheckFail, "x-envoy-immediate-health-check-fail")          \
  X(kEnvoyInternal, "x-envoy-internal")                                             \
  X(kEnvoyIpTags, "x-envoy-ip-tags")                                                \
  X(kEnvoyIsTimeoutRetry, "x-envoy-is-timeout-retry")                               \
  X(kEnvoyMaxRetries, "x-envoy-max-retries")                                        \
  X(kEnvoyOriginalHost, "x-envoy-original-host")                                    \
  X(kEnvoyOriginalPath, "x-envoy-original-path")                                    \
  X(kEnvoyOverloaded, "x-envoy-overloaded")                                         \
  X(kEnvoyRateLimited, "x-envoy-ratelimited")                                       \
  X(kEnvoyRetriableHeaderNames, "x-envoy-retriable-header-names")                   \
  X(kEnvoyRetriableStatusCodes, "x-envoy-retriable-status-codes")                   \
  X(kEnvoyRetryGrpcOn, "x-envoy-retry-grpc-on")                                     \
  X(kEnvoyRetryOn, "x-envoy-retry-on")                                              \
  X(kEnvoyUpstreamAltStatName, "x-envoy-upstream-alt-stat-name")                    \
  X(kEnvoyUpstreamCanary, "x-envoy-upstream-canary")                                \
  X(kEnvoyUpstreamRqPerTryTimeoutMs, "x-envoy-upstream-rq-per-try-timeout-ms")      \
  X(kEnvoyUpstreamRqTimeoutAltResponse, "x-envoy-upstream-rq-timeout-alt-response") \
  X(kEnvoyUpstreamRqTimeoutMs, "x-envoy-upstream-rq-timeout-ms")                    \
  X(kEnvoyUpstreamServiceTime, "x-envoy-upstream-service-time")                     \
  X(kTraceparent, "traceparent")

enum class HeaderId : uint8_t {
#define ORRERY_X(id, name) id,
  ORRERY_HEADER_IDS(ORRERY_X)
#undef ORRERY_X
      kCount,
  kOther = 255,  // any other name: the entry carries it
};
static_assert(static_cast<int>(HeaderId::kCount) <= 64, "the presence mask has 64 bits");

// The lower-case name of a known id; immortal.
std::string_view headerName(HeaderId id);
// The id of a lower-case name, kOther if it is none of the table.
HeaderId headerIdOf(std::string_view lowerName);

}  // namespace orrery::message
