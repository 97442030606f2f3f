#pragma once

#include <cstdint>
#include <string_view>

namespace orrery::message {

// The header names the proxy itself asks for. A name that is parsed becomes its id once; asking by id is one mask test.
// Order: pseudo headers first, which is relied on; then by name. At most as many as HeaderIdSet has bits.
#define ORRERY_HEADER_IDS(X)                                                        \
  X(kMethod, ":method")                                                             \
  X(kPath, ":path")                                                                 \
  X(kScheme, ":scheme")                                                             \
  X(kAuthority, ":authority")                                                       \
  X(kStatus, ":status")                                                             \
  X(kAccept, "accept")                                                              \
  X(kAcceptEncoding, "accept-encoding")                                             \
  X(kAccessControlAllowCredentials, "access-control-allow-credentials")             \
  X(kAccessControlAllowHeaders, "access-control-allow-headers")                     \
  X(kAccessControlAllowMethods, "access-control-allow-methods")                     \
  X(kAccessControlAllowOrigin, "access-control-allow-origin")                       \
  X(kAccessControlAllowPrivateNetwork, "access-control-allow-private-network")      \
  X(kAccessControlExposeHeaders, "access-control-expose-headers")                   \
  X(kAccessControlMaxAge, "access-control-max-age")                                 \
  X(kAccessControlRequestHeaders, "access-control-request-headers")                 \
  X(kAccessControlRequestMethod, "access-control-request-method")                   \
  X(kAccessControlRequestPrivateNetwork, "access-control-request-private-network")  \
  X(kAge, "age")                                                                    \
  X(kAuthorization, "authorization")                                                \
  X(kCacheControl, "cache-control")                                                 \
  X(kConnection, "connection")                                                      \
  X(kContentEncoding, "content-encoding")                                           \
  X(kContentLength, "content-length")                                               \
  X(kContentType, "content-type")                                                   \
  X(kCookie, "cookie")                                                              \
  X(kDate, "date")                                                                  \
  X(kEtag, "etag")                                                                  \
  X(kExpect, "expect")                                                              \
  X(kExpires, "expires")                                                            \
  X(kForwarded, "forwarded")                                                        \
  X(kGrpcAcceptEncoding, "grpc-accept-encoding")                                    \
  X(kGrpcMessage, "grpc-message")                                                   \
  X(kGrpcStatus, "grpc-status")                                                     \
  X(kGrpcTimeout, "grpc-timeout")                                                   \
  X(kHost, "host")                                                                  \
  X(kIfMatch, "if-match")                                                           \
  X(kIfModifiedSince, "if-modified-since")                                          \
  X(kIfNoneMatch, "if-none-match")                                                  \
  X(kIfRange, "if-range")                                                           \
  X(kIfUnmodifiedSince, "if-unmodified-since")                                      \
  X(kKeepAlive, "keep-alive")                                                       \
  X(kLastModified, "last-modified")                                                 \
  X(kLocation, "location")                                                          \
  X(kOrigin, "origin")                                                              \
  X(kPragma, "pragma")                                                              \
  X(kProxyConnection, "proxy-connection")                                           \
  X(kProxyStatus, "proxy-status")                                                   \
  X(kReferer, "referer")                                                            \
  X(kServer, "server")                                                              \
  X(kSetCookie, "set-cookie")                                                       \
  X(kTe, "te")                                                                      \
  X(kTraceparent, "traceparent")                                                    \
  X(kTrailer, "trailer")                                                            \
  X(kTransferEncoding, "transfer-encoding")                                         \
  X(kUpgrade, "upgrade")                                                            \
  X(kUserAgent, "user-agent")                                                       \
  X(kVary, "vary")                                                                  \
  X(kVia, "via")                                                                    \
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
  X(kEnvoyUpstreamHealthCheckedCluster, "x-envoy-upstream-healthchecked-cluster")   \
  X(kEnvoyUpstreamRqPerTryTimeoutMs, "x-envoy-upstream-rq-per-try-timeout-ms")      \
  X(kEnvoyUpstreamRqTimeoutAltResponse, "x-envoy-upstream-rq-timeout-alt-response") \
  X(kEnvoyUpstreamRqTimeoutMs, "x-envoy-upstream-rq-timeout-ms")                    \
  X(kEnvoyUpstreamServiceTime, "x-envoy-upstream-service-time")                     \
  X(kEnvoyUpstreamStreamDurationMs, "x-envoy-upstream-stream-duration-ms")          \
  X(kXForwardedClientCert, "x-forwarded-client-cert")                               \
  X(kXForwardedFor, "x-forwarded-for")                                              \
  X(kXForwardedHost, "x-forwarded-host")                                            \
  X(kXForwardedPort, "x-forwarded-port")                                            \
  X(kXForwardedProto, "x-forwarded-proto")                                          \
  X(kXRequestId, "x-request-id")

enum class HeaderId : uint8_t {
#define ORRERY_X(id, name) id,
  ORRERY_HEADER_IDS(ORRERY_X)
#undef ORRERY_X
      kCount,
  kOther = 255,  // any other name: the entry carries it
};

// The lower-case name of a known id; immortal.
std::string_view headerName(HeaderId id);
// The id of a lower-case name, kOther if it is none of the table.
HeaderId headerIdOf(std::string_view lowerName);

}  // namespace orrery::message
