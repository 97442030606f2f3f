#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/base/time.h"
#include "proxy/match/fraction.h"
#include "proxy/match/header_matcher.h"
#include "proxy/message/header_map.h"
#include "proxy/route/filter_settings.h"

// Route configuration as plain data (envoy.config.route.v3), made by proxy/config, matched by route_table.h.
namespace orrery::route {

using match::FractionalPercent;
using match::HeaderMatcher;
using match::RuntimeFraction;
using match::StringMatcher;

struct QueryParameterMatcher {
  std::string name;
  bool present = true;  // without `string`: only presence
  std::optional<StringMatcher> string;
};

struct RouteMatch {
  enum class PathKind : uint8_t { kPrefix, kExact, kRegex, kPathSeparatedPrefix };
  PathKind pathKind = PathKind::kPrefix;
  std::string path;
  bool caseSensitive = true;
  std::shared_ptr<const re2::RE2> regex;  // kRegex: filled by RouteTable::compile in its own copy
  std::vector<HeaderMatcher> headers;
  std::vector<QueryParameterMatcher> queryParameters;
  std::optional<RuntimeFraction> runtimeFraction;
};

// retry_on, as bits.
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
};
// Parses "5xx,reset"; unknown words are given back in `unknown`.
uint32_t parseRetryOn(std::string_view text, std::string* unknown);

struct RetryPolicy {
  uint32_t retryOn = 0;
  uint32_t numRetries = 1;
  std::optional<Duration> perTryTimeout;
  std::optional<Duration> perTryIdleTimeout;
  Duration backoffBase = Duration::milliseconds(25);
  bool backoffSet = false;             // false: base comes from the runtime (upstream.base_retry_backoff_ms)
  std::optional<Duration> backoffMax;  // unset: 10 x base
  std::vector<uint32_t> retriableStatusCodes;
  std::vector<HeaderMatcher> retriableHeaders;  // of responses
  std::vector<HeaderMatcher> retriableRequestHeaders;
  uint32_t hostSelectionMaxAttempts = 1;
  bool previousHostsPredicate = false;  // envoy.retry_host_predicates.previous_hosts
};

// request_headers_to_add and friends, as one list in order of application.
struct HeaderMutation {
  enum class Kind : uint8_t {
    kAppendIfExistsOrAdd,
    kAddIfAbsent,
    kOverwriteIfExistsOrAdd,
    kOverwriteIfExists,
    kRemove
  };
  Kind kind = Kind::kAppendIfExistsOrAdd;
  message::HeaderName name;
  std::string value;  // literal (a format with operators is refused until issue "filter chain")
  bool keepEmptyValue = false;
};

constexpr uint32_t kUnknownCluster = UINT32_MAX;
struct ClusterRef {
  std::string name;
  uint32_t index = kUnknownCluster;  // dense index into the clusters of the bootstrap
};
struct WeightedCluster {
  ClusterRef cluster;
  uint32_t weight = 0;
  std::vector<HeaderMutation> requestHeaders;
  std::vector<HeaderMutation> responseHeaders;
};

struct RouteAction {
  // Exactly one of: cluster, clusterHeader, weighted.
  std::optional<ClusterRef> cluster;
  std::optional<message::HeaderName> clusterHeader;
  std::vector<WeightedCluster> weighted;
  uint32_t clusterNotFoundStatus = 503;

  std::optional<std::string> prefixRewrite;
  std::optional<std::string> hostRewriteLiteral;
  bool appendXForwardedHost = false;

  Duration timeout = Duration::seconds(15);  // 0: none
  std::optional<Duration> idleTimeout;       // replaces stream_idle_timeout; 0: none
  std::optional<RetryPolicy> retry;          // of the route, else the virtual host's (already merged)
};

struct RedirectAction {
  std::optional<std::string> scheme;
  bool httpsRedirect = false;
  std::optional<std::string> host;
  std::optional<uint32_t> port;
  std::optional<std::string> pathRedirect;
  std::optional<std::string> prefixRewrite;
  bool stripQuery = false;
  uint32_t code = 301;
};

struct DirectResponse {
  uint32_t status = 200;
  std::string body;
};

struct Route {
  std::string name;
  RouteMatch match;
  // Exactly one of these; none (non_forwarding_action) is a 503 without a cluster, as in Envoy.
  std::optional<RouteAction> action;
  std::optional<RedirectAction> redirect;
  std::optional<DirectResponse> direct;
  // Own, virtual host's and route configuration's mutations, already merged in Envoy's order of application.
  std::vector<HeaderMutation> requestHeaders;
  std::vector<HeaderMutation> responseHeaders;
  FilterSettings filterSettings;
  std::shared_ptr<const FilterSlots> slots;  // null: no level says anything; filled by RouteTable::compile
};

struct VirtualHost {
  enum class RequireTls : uint8_t { kNone, kExternalOnly, kAll };
  std::string name;
  std::vector<std::string> domains;
  std::vector<Route> routes;
  RequireTls requireTls = RequireTls::kNone;
  bool includeAttemptCount = false;  // include_request_attempt_count
  bool includeAttemptCountInResponse = false;
  FilterSettings filterSettings;
};

struct RouteConfig {
  std::string name;
  std::vector<VirtualHost> virtualHosts;
  bool ignorePortInHostMatching = false;
  FilterSettings filterSettings;
};

}  // namespace orrery::route
