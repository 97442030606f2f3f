#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/base/time.h"
#include "proxy/match/fraction.h"
#include "proxy/match/match_tree.h"
#include "proxy/match/regex.h"
#include "proxy/route/filter_settings.h"
#include "proxy/route/hash_policy.h"
#include "proxy/route/header_mutation.h"
#include "proxy/route/path_rewrite.h"
#include "proxy/route/rate_limit.h"
#include "proxy/route/retry_policy.h"

// What a route that forwards does (envoy.config.route.v3.RouteAction), as plain data.
namespace orrery::route {

constexpr uint32_t kUnknownCluster = UINT32_MAX;
struct ClusterRef {
  std::string name;
  uint32_t index = kUnknownCluster;  // dense index into the clusters of the bootstrap
};

struct WeightedCluster {
  ClusterRef cluster;
  std::optional<message::HeaderName> clusterHeader;  // instead of `cluster`
  uint32_t weight = 0;
  std::string runtimeKey;  // runtime_key_prefix with the cluster's name: replaces the weight; empty: none
  std::optional<std::string> hostRewriteLiteral;
  HeaderLevel requestHeaders;
  HeaderLevel responseHeaders;
  FilterSettings filterSettings;
  std::shared_ptr<const FilterSlots> slots;  // with those of the levels above; null: nothing is said
};

// A cluster that gets a copy of each request (RouteAction.RequestMirrorPolicy).
struct MirrorPolicy {
  ClusterRef cluster;
  std::optional<message::HeaderName> clusterHeader;  // instead of `cluster`
  std::optional<match::RuntimeFraction> fraction;    // none: all
  bool appendSuffix = true;                          // "-shadow" to the host
  std::optional<std::string> hostRewriteLiteral;     // instead of the suffix
  std::vector<HeaderMutation> mutations;
};

// max_stream_duration: how long a stream may take, from its begin.
struct StreamDuration {
  std::optional<Duration> most;        // instead of the connection manager's; 0: without end
  std::optional<Duration> grpcMost;    // grpc-timeout counts, up to this much; 0: any time
  std::optional<Duration> grpcOffset;  // taken off the time that grpc-timeout gives
};

// max_grpc_timeout, deprecated: the time-out of gRPC requests is what they say, up to this much.
struct GrpcTimeout {
  Duration most;    // 0: any, and for ever where they say nothing
  Duration offset;  // taken off what they say if something remains
};

// internal_redirect_policy: redirects of an upstream that the proxy follows itself.
struct InternalRedirectPolicy {
  uint32_t most = 1;                        // one after the other
  std::vector<uint32_t> codes = {302};      // of 301, 302, 303, 307, 308
  bool crossScheme = false;                 // from http to https, or back
  std::vector<message::HeaderName> copied;  // of the response into the new request
  // Predicates.
  bool previousRoutes = false;                            // no target twice
  std::optional<std::vector<std::string>> allowedRoutes;  // by name
  bool safeCrossScheme = false;                           // no https target for what came by http
};

// What a route says about one kind of upgrade, over what the connection manager says of it.
struct RouteUpgrade {
  std::string type;  // compared without case; "CONNECT" for the method
  bool enabled = true;
};

// connect_config: the payload of a CONNECT goes to the cluster as it is, over TCP.
struct ConnectConfig {
  bool allowPost = false;  // that of a POST, too
};

struct RouteAction {
  // Exactly one of: cluster, clusterHeader, weighted (one of which clusterTree may choose instead of weights).
  std::optional<ClusterRef> cluster;
  std::optional<message::HeaderName> clusterHeader;
  std::vector<WeightedCluster> weighted;
  // What chooses among the weighted ones: a tree whose actions are their numbers (a matcher as cluster specifier; where it
  // leads to none there is no cluster), else a header's number, the hash policy, else chance.
  std::shared_ptr<const match::MatchTree> clusterTree = nullptr;
  std::optional<message::HeaderName> weightedHeader;
  bool weightedByHash = false;
  uint32_t clusterNotFoundStatus = 503;

  PathRewrite pathRewrite;
  // At most one of the five.
  std::optional<std::string> hostRewriteLiteral;
  std::optional<message::HeaderName> hostRewriteHeader;
  std::optional<match::RegexSubstitution> hostRewritePath;
  std::shared_ptr<const format::Formatter> hostRewriteFormat = nullptr;
  bool hostRewriteAuto = false;  // the host name of the endpoint that is chosen
  bool appendXForwardedHost = false;

  Duration timeout = Duration::seconds(15);  // 0: none; not looked at beside max_stream_duration
  StreamDuration duration;
  std::optional<GrpcTimeout> grpcTimeout;  // instead of `timeout`, of gRPC requests
  std::optional<Duration> idleTimeout;     // replaces stream_idle_timeout; 0: none
  std::optional<RetryPolicy> retry;        // of the route, else the virtual host's (already merged)
  std::vector<HashPolicy> hashPolicies;
  std::vector<MirrorPolicy> mirrors;  // of the route, else the virtual host's, else the configuration's
  std::optional<InternalRedirectPolicy> internalRedirect;
  bool hedgeOnPerTryTimeout = false;  // a try that is too slow goes on beside the next
  std::vector<RouteUpgrade> upgrades;
  std::optional<ConnectConfig> connect;
  std::vector<RateLimit> rateLimits;
  bool includeHostRateLimits = false;  // include_vh_rate_limits
  bool highPriority = false;           // counts at the circuit breakers of priority HIGH
};

}  // namespace orrery::route
