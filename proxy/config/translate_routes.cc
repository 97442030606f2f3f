#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "envoy/config/route/v3/route.pb.h"
#include "envoy/config/route/v3/route_components.pb.h"
#include "proxy/base/ascii.h"
#include "proxy/config/any_type.h"
#include "proxy/config/translate.h"
#include "proxy/config/translate_cluster_tree.h"
#include "proxy/config/translate_filter_settings.h"
#include "proxy/config/translate_headers.h"
#include "proxy/config/translate_match_tree.h"
#include "proxy/config/translate_value.h"

// Envoy's deprecated fields are honoured where it honours them.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace orrery::config {

namespace {

// What one route needs to know of the levels above it.
struct Above {
  route::HeaderLevel configRequest, configResponse;
  route::HeaderLevel hostRequest, hostResponse;
  std::optional<route::RetryPolicy> hostRetry;
  bool hostHedges = false;
  std::optional<uint64_t> hostBodyLimit, hostBodyLimitAtMost;
  std::vector<route::MirrorPolicy> configMirrors;
  std::vector<route::MirrorPolicy> mirrors;  // of the virtual host, else the configuration's
  // By the plugin's name, the first of each; none: an optional one.
  std::map<std::string, std::optional<ClusterTree>, std::less<>> clusterTrees;
  bool validateClusters = true;
  bool mostSpecificWins = false;
  uint32_t maxBody = 4096;
};

// Envoy applies the most specific level first and the least specific last; the other way round when the most specific
// is to win.
std::vector<route::HeaderLevel> inOrder(const Above& above, route::HeaderLevel own, const route::HeaderLevel& host,
                                        const route::HeaderLevel& config) {
  std::vector<route::HeaderLevel> out = {std::move(own), host, config};
  if (above.mostSpecificWins) std::ranges::reverse(out);
  std::erase_if(out, [](const route::HeaderLevel& level) { return level.mutations.empty(); });
  return out;
}

// A level that says either of the two replaces what the level above said.
template <class Message>
void setBodyLimits(const Message& message, std::optional<uint64_t>& limit, std::optional<uint64_t>& atMost) {
  if (!message.has_request_body_buffer_limit() && !message.has_per_request_buffer_limit_bytes()) return;
  limit.reset();
  atMost.reset();
  if (message.has_request_body_buffer_limit()) {
    limit = message.request_body_buffer_limit().value();
  } else {
    atMost = message.per_request_buffer_limit_bytes().value();
  }
}

std::optional<route::DirectResponse> toDirectResponse(Translation& t, const Above& above,
                                                      const envoy::config::route::v3::DirectResponseAction& message) {
  const auto scope = t.path.field("direct_response");
  route::DirectResponse out{.status = message.status(), .body = toText(t, "body", message.body())};
  if (out.body.size() > above.maxBody) {
    t.refuse("body", "response body size is " + std::to_string(out.body.size()) + " bytes; maximum is " +
                         std::to_string(above.maxBody));
  }
  if (message.has_body_format()) {
    http::LocalReplyBodyFormat format = toBodyFormat(t, "body_format", message.body_format());
    out.format = std::move(format.formatter);
    out.contentType = std::move(format.contentType);
  }
  return out;
}

void setClusterTree(Translation& t, const Above& above, const envoy::config::route::v3::RouteAction& message,
                    route::RouteAction& out) {
  std::optional<ClusterTree> tree;
  if (message.has_inline_cluster_specifier_plugin()) {
    const auto scope = t.path.field("inline_cluster_specifier_plugin");
    tree = toClusterTree(t, message.inline_cluster_specifier_plugin());
  } else if (message.has_cluster_specifier_plugin()) {
    const auto known = above.clusterTrees.find(message.cluster_specifier_plugin());
    if (known == above.clusterTrees.end()) {
      t.refuse("cluster_specifier_plugin", "Unknown cluster specifier plugin name: " +
                                               message.cluster_specifier_plugin() + " is used in the route");
      return;
    }
    tree = known->second;
  } else {
    return;
  }
  if (!tree) return;
  out.clusterTree = std::move(tree->tree);
  out.weighted = std::move(tree->clusters);
}

// Of an optional cluster specifier that is not there: such a route is passed over, as in Envoy.
bool hasNoCluster(const route::Route& route) {
  if (!route.action) return false;
  const route::RouteAction& a = *route.action;
  return !a.cluster && !a.clusterHeader && a.weighted.empty() && a.clusterTree == nullptr;
}

route::Route toRoute(Translation& t, const Above& above, const envoy::config::route::v3::Route& message) {
  route::Route out;
  out.name = message.name();
  out.statPrefix = message.stat_prefix();
  out.metadata = toMetadata(message.metadata());
  {
    const auto scope = t.path.field("match");
    out.match = toRouteMatch(t, message.match());
  }
  if (message.has_route()) {
    const auto scope = t.path.field("route");
    out.action = toRouteAction(t, message.route(), above.validateClusters);
    setClusterTree(t, above, message.route(), *out.action);
    setPathRewrite(t, message, *out.action);
    if (!message.route().has_hedge_policy()) out.action->hedgeOnPerTryTimeout = above.hostHedges;
    if (!out.action->retry) out.action->retry = above.hostRetry;
    if (out.action->mirrors.empty()) out.action->mirrors = above.mirrors;
  } else if (message.has_redirect()) {
    const auto scope = t.path.field("redirect");
    out.redirect = toRedirect(t, message.redirect());
    if (message.match().has_path_match_policy() && out.redirect->pathRewrite.prefix) {
      t.refuse("prefix_rewrite", "Cannot use redirect.prefix_rewrite with path_match_policy");
    }
  } else if (message.has_direct_response()) {
    out.direct = toDirectResponse(t, above, message.direct_response());
  }
  out.filterSettings = toFilterSettings(t, message.typed_per_filter_config());
  out.requestHeaders = inOrder(above, toRequestLevel(t, message), above.hostRequest, above.configRequest);
  out.responseHeaders = inOrder(above, toResponseLevel(t, message), above.hostResponse, above.configResponse);
  out.weightedMutationsLast = above.mostSpecificWins;
  out.bodyLimit = above.hostBodyLimit;
  out.bodyLimitAtMost = above.hostBodyLimitAtMost;
  setBodyLimits(message, out.bodyLimit, out.bodyLimitAtMost);
  return out;
}

// Routes chosen by a tree: those of its actions stand in the host's list, one action's behind the other's.
void setMatcher(Translation& t, const Above& above, const envoy::config::route::v3::VirtualHost& message,
                route::VirtualHost& out) {
  if (message.routes_size() > 0) t.refuse("cannot set both matcher and routes on virtual host");
  const auto scope = t.path.field("matcher");
  const auto add = [&out](route::Route route) {
    if (!hasNoCluster(route)) out.routes.push_back(std::move(route));
  };
  out.matcher =
      toMatchTree(t, message.matcher(),
                  [&](const std::string& name, const google::protobuf::Any& action) -> std::optional<uint32_t> {
                    const auto begin = static_cast<uint32_t>(out.routes.size());
                    envoy::config::route::v3::Route route;
                    envoy::config::route::v3::RouteList list;
                    if (action.Is<decltype(route)>() && action.UnpackTo(&route)) {
                      add(toRoute(t, above, route));
                    } else if (action.Is<decltype(list)>() && action.UnpackTo(&list)) {
                      forEachOf(t, "routes", list.routes(), [&](const auto& r) { add(toRoute(t, above, r)); });
                    } else {
                      refuseUnregistered(t, name, action.type_url());
                      return std::nullopt;
                    }
                    out.matcherActions.push_back({begin, static_cast<uint32_t>(out.routes.size())});
                    return static_cast<uint32_t>(out.matcherActions.size() - 1);
                  },
                  {.before = "Route table can only match on request headers, saw "});
}

route::VirtualHost toVirtualHost(Translation& t, Above& above, const envoy::config::route::v3::VirtualHost& message) {
  using Message = envoy::config::route::v3::VirtualHost;
  route::VirtualHost out;
  out.name = message.name();
  out.metadata = toMetadata(message.metadata());
  out.domains.assign(message.domains().begin(), message.domains().end());
  if (message.require_tls() == Message::EXTERNAL_ONLY) out.requireTls = route::VirtualHost::RequireTls::kExternalOnly;
  if (message.require_tls() == Message::ALL) out.requireTls = route::VirtualHost::RequireTls::kAll;
  out.includeAttemptCount = message.include_request_attempt_count();
  out.includeIsTimeoutRetry = message.include_is_timeout_retry_header();
  above.hostHedges = message.hedge_policy().hedge_on_per_try_timeout();
  out.includeAttemptCountInResponse = message.include_attempt_count_in_response();
  out.filterSettings = toFilterSettings(t, message.typed_per_filter_config());
  above.hostRequest = toRequestLevel(t, message);
  above.hostResponse = toResponseLevel(t, message);
  above.hostRetry.reset();
  above.hostBodyLimit.reset();
  above.hostBodyLimitAtMost.reset();
  setBodyLimits(message, above.hostBodyLimit, above.hostBodyLimitAtMost);
  above.mirrors = toMirrors(t, message.request_mirror_policies(), above.validateClusters);
  if (above.mirrors.empty()) above.mirrors = above.configMirrors;
  if (message.has_retry_policy()) {
    const auto scope = t.path.field("retry_policy");
    above.hostRetry = toRetryPolicy(t, message.retry_policy());
  }
  forEachOf(t, "rate_limits", message.rate_limits(),
            [&](const auto& limit) { out.rateLimits.push_back(toRateLimit(t, limit)); });
  forEachOf(t, "routes", message.routes(), [&](const auto& route) { out.routes.push_back(toRoute(t, above, route)); });
  std::erase_if(out.routes, hasNoCluster);
  if (message.has_matcher()) setMatcher(t, above, message, out);
  forEachOf(t, "virtual_clusters", message.virtual_clusters(), [&](const auto& cluster) {
    route::VirtualCluster& added = out.virtualClusters.emplace_back();
    added.name = cluster.name();
    forEachOf(t, "headers", cluster.headers(),
              [&](const auto& matcher) { added.headers.push_back(toHeaderMatcher(t, matcher)); });
  });
  if (!out.virtualClusters.empty()) out.virtualClusters.emplace_back();  // of all others
  return out;
}

// Domains do not depend on case, and each may stand once in a route configuration.
void checkDomains(Translation& t, const envoy::config::route::v3::RouteConfiguration& message) {
  std::set<std::string> seen;
  for (int i = 0; i < message.virtual_hosts_size(); ++i) {
    const auto& host = message.virtual_hosts(i);
    for (int k = 0; k < host.domains_size(); ++k) {
      const auto hosts = t.path.field("virtual_hosts");
      const auto host_item = t.path.index(i);
      const auto domains = t.path.field("domains");
      const auto domain_item = t.path.index(k);
      if (seen.insert(toLower(host.domains(k))).second) continue;
      if (host.domains(k) == "*") {
        t.refuse("Only a single wildcard domain is permitted in route " + message.name());
      } else {
        t.refuse("Only unique values for domains are permitted. Duplicate entry of domain " + host.domains(k) +
                 " in route " + message.name());
      }
    }
  }
}

}  // namespace

std::shared_ptr<const route::RouteConfig> toRouteConfig(Translation& t,
                                                        const envoy::config::route::v3::RouteConfiguration& message) {
  auto out = std::make_shared<route::RouteConfig>();
  out->name = message.name();
  out->ignorePortInHostMatching = message.ignore_port_in_host_matching();
  if (!message.vhost_header().empty()) out->hostHeader.emplace(message.vhost_header());
  for (const std::string& name : message.internal_only_headers()) out->internalOnlyHeaders.emplace_back(name);
  out->filterSettings = toFilterSettings(t, message.typed_per_filter_config());
  Above above;
  above.configRequest = toRequestLevel(t, message);
  above.configResponse = toResponseLevel(t, message);
  // True by default for a static route configuration, the only kind there is yet.
  above.validateClusters = !message.has_validate_clusters() || message.validate_clusters().value();
  above.configMirrors = toMirrors(t, message.request_mirror_policies(), above.validateClusters);
  above.mostSpecificWins = message.most_specific_header_mutations_wins();
  if (message.has_max_direct_response_body_size_bytes()) {
    above.maxBody = message.max_direct_response_body_size_bytes().value();
  }
  forEachOf(t, "cluster_specifier_plugins", message.cluster_specifier_plugins(), [&](const auto& plugin) {
    above.clusterTrees.emplace(plugin.extension().name(), toClusterTree(t, plugin));
  });
  out->ignorePathParameters = message.ignore_path_parameters_in_path_matching();
  forEachOf(t, "virtual_hosts", message.virtual_hosts(),
            [&](const auto& host) { out->virtualHosts.push_back(toVirtualHost(t, above, host)); });
  checkDomains(t, message);
  return out;
}

}  // namespace orrery::config
