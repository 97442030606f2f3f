#include <google/protobuf/duration.pb.h>

#include "envoy/config/route/v3/route_components.pb.h"
#include "proxy/config/translate.h"
#include "proxy/config/translate_headers.h"

namespace orrery::config {

namespace {

route::ClusterRef toClusterRef(Translation& t, std::string_view field, const std::string& name, bool validate) {
  const auto found = t.clusters.find(name);
  if (found != t.clusters.end()) return {name, found->second};
  if (validate) t.refuse(field, "route: unknown cluster '" + name + "'");
  return {name, route::kUnknownCluster};
}

std::vector<route::WeightedCluster> toWeighted(Translation& t, const envoy::config::route::v3::WeightedCluster& message,
                                               bool validate, bool mostSpecificWins) {
  const auto scope = t.path.field("weighted_clusters");
  std::vector<route::WeightedCluster> out;
  uint64_t sum = 0;
  for (int i = 0; i < message.clusters_size(); ++i) {
    const auto list = t.path.field("clusters");
    const auto item = t.path.index(i);
    const auto& entry = message.clusters(i);
    route::WeightedCluster cluster;
    if (entry.name().empty()) {
      t.refuse("At least one of name or cluster_header need to be specified");
    } else {
      cluster.cluster = toClusterRef(t, "name", entry.name(), validate);
    }
    cluster.weight = entry.weight().value();
    cluster.requestHeaders = toRequestMutations(t, entry);
    cluster.responseHeaders = toResponseMutations(t, entry);
    if (mostSpecificWins && !(cluster.requestHeaders.empty() && cluster.responseHeaders.empty())) {
      t.refuse("headers of a weighted cluster are not supported with most_specific_header_mutations_wins");
    }
    sum += cluster.weight;
    out.push_back(std::move(cluster));
  }
  if (sum == 0) t.refuse("Sum of weights in the weighted_cluster must be greater than 0.");
  if (sum > UINT32_MAX) {
    t.refuse("The sum of weights of all weighted clusters of route exceeds " + std::to_string(UINT32_MAX));
  }
  return out;
}

uint32_t notFoundStatus(envoy::config::route::v3::RouteAction::ClusterNotFoundResponseCode code) {
  using Message = envoy::config::route::v3::RouteAction;
  switch (code) {
    case Message::NOT_FOUND: return 404;
    case Message::INTERNAL_SERVER_ERROR: return 500;
    default: return 503;
  }
}

}  // namespace

route::RouteAction toRouteAction(Translation& t, const envoy::config::route::v3::RouteAction& message,
                                 bool validateClusters, bool mostSpecificWins) {
  route::RouteAction out;
  if (message.has_cluster()) out.cluster = toClusterRef(t, "cluster", message.cluster(), validateClusters);
  if (message.has_cluster_header()) out.clusterHeader = message::HeaderName(message.cluster_header());
  if (message.has_weighted_clusters()) {
    out.weighted = toWeighted(t, message.weighted_clusters(), validateClusters, mostSpecificWins);
  }
  out.clusterNotFoundStatus = notFoundStatus(message.cluster_not_found_response_code());
  if (!message.prefix_rewrite().empty()) out.prefixRewrite = message.prefix_rewrite();
  if (message.has_host_rewrite_literal()) out.hostRewriteLiteral = message.host_rewrite_literal();
  out.appendXForwardedHost = message.append_x_forwarded_host();
  if (message.has_timeout()) out.timeout = toDuration(t, "timeout", message.timeout());
  if (message.has_idle_timeout()) out.idleTimeout = toDuration(t, "idle_timeout", message.idle_timeout());
  if (message.has_retry_policy()) {
    const auto scope = t.path.field("retry_policy");
    out.retry = toRetryPolicy(t, message.retry_policy());
  }
  return out;
}

route::RedirectAction toRedirect(const envoy::config::route::v3::RedirectAction& message) {
  using Message = envoy::config::route::v3::RedirectAction;
  route::RedirectAction out;
  if (!message.scheme_redirect().empty()) out.scheme = message.scheme_redirect();
  out.httpsRedirect = message.https_redirect();
  if (!message.host_redirect().empty()) out.host = message.host_redirect();
  if (message.port_redirect() > 0) out.port = message.port_redirect();
  if (message.has_path_redirect()) out.pathRedirect = message.path_redirect();
  if (message.has_prefix_rewrite()) out.prefixRewrite = message.prefix_rewrite();
  out.stripQuery = message.strip_query();
  switch (message.response_code()) {
    case Message::FOUND: out.code = 302; break;
    case Message::SEE_OTHER: out.code = 303; break;
    case Message::TEMPORARY_REDIRECT: out.code = 307; break;
    case Message::PERMANENT_REDIRECT: out.code = 308; break;
    default: out.code = 301;
  }
  return out;
}

}  // namespace orrery::config
