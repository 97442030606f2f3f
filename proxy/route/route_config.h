#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/match/match_tree.h"
#include "proxy/route/filter_settings.h"
#include "proxy/route/request_stats.h"
#include "proxy/route/route_action.h"
#include "proxy/route/route_match.h"
#include "proxy/stream_info/value.h"

// Route configuration as plain data (envoy.config.route.v3), made by proxy/config, matched by route_table.h.
namespace orrery::route {

struct RedirectAction {
  std::optional<std::string> scheme;
  bool httpsRedirect = false;
  std::optional<std::string> host;
  std::optional<uint32_t> port;
  std::optional<std::string> pathRedirect;
  PathRewrite pathRewrite;                                        // without a format
  std::shared_ptr<const format::Formatter> pathFormat = nullptr;  // as pathRedirect; what gives none changes nothing
  bool stripQuery = false;
  uint32_t code = 301;
};

struct DirectResponse {
  uint32_t status = 200;
  std::string body;
  std::shared_ptr<const format::Formatter> format = nullptr;  // what is made of the body; null: nothing
  std::string contentType = {};                               // of what the format made
};

struct Route {
  std::string name;
  stream_info::MetadataTable metadata;
  RouteMatch match;
  // Exactly one of these; none (non_forwarding_action) is a 503 without a cluster, as in Envoy.
  std::optional<RouteAction> action;
  std::optional<RedirectAction> redirect;
  std::optional<DirectResponse> direct;
  // The levels of the route, its virtual host and the route configuration that say anything, in order of application.
  std::vector<HeaderLevel> requestHeaders;
  std::vector<HeaderLevel> responseHeaders;
  FilterSettings filterSettings;
  std::shared_ptr<const FilterSlots> slots;  // null: no level says anything; filled by RouteTable::compile
  // Those of the weighted cluster come before these, or (most_specific_header_mutations_wins) behind.
  bool weightedMutationsLast = false;
  // How much of a body is kept for retries, the route's or else the virtual host's: request_body_buffer_limit, or
  // per_request_buffer_limit_bytes, which cannot raise the stream's limit.
  std::optional<uint64_t> bodyLimit;
  std::optional<uint64_t> bodyLimitAtMost;
  std::string statPrefix;                     // of statistics of its own; empty: none
  std::shared_ptr<const RequestStats> stats;  // with a statPrefix: filled by RouteTable::compile
};

// Requests of a virtual host that are counted together: the first whose matchers all match.
struct VirtualCluster {
  std::string name;  // empty: of those that no other takes, "other" in statistics
  std::vector<HeaderMatcher> headers;
  std::shared_ptr<const RequestStats> stats;  // filled by RouteTable::compile
};

// Routes of a virtual host, [begin, end).
struct RouteRange {
  uint32_t begin = 0;
  uint32_t end = 0;
};

struct VirtualHost {
  enum class RequireTls : uint8_t { kNone, kExternalOnly, kAll };
  std::string name;
  stream_info::MetadataTable metadata;
  std::vector<std::string> domains;
  std::vector<Route> routes;
  // Instead of the list, whose parts its actions name: only the routes of the action that a request leads to are looked at.
  std::optional<match::MatchTree> matcher;
  std::vector<RouteRange> matcherActions;
  RequireTls requireTls = RequireTls::kNone;
  bool includeAttemptCount = false;  // include_request_attempt_count
  bool includeAttemptCountInResponse = false;
  bool includeIsTimeoutRetry = false;  // include_is_timeout_retry_header: of retries only
  bool ignorePathParameters = false;   // of its configuration; filled by RouteTable::compile
  std::vector<RateLimit> rateLimits;
  FilterSettings filterSettings;
  std::vector<VirtualCluster> virtualClusters;  // the last, if any, takes every request

  // The one that a request counts for, as its head is when its route was chosen; null: there are none.
  const VirtualCluster* virtualClusterOf(const message::HeaderMap& headers) const;
};

struct RouteConfig {
  std::string name;
  std::vector<VirtualHost> virtualHosts;
  bool ignorePortInHostMatching = false;
  std::optional<message::HeaderName> hostHeader;  // vhost_header: chooses the virtual host instead of the authority
  std::vector<message::HeaderName> internalOnlyHeaders;  // taken out of requests that are not internal
  FilterSettings filterSettings;
  bool ignorePathParameters = false;  // ignore_path_parameters_in_path_matching: "/a;b=c/d" is matched as "/a/d"
};

}  // namespace orrery::route
