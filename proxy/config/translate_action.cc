#include <google/protobuf/duration.pb.h>

#include "envoy/config/route/v3/route_components.pb.h"
#include "proxy/base/ascii.h"
#include "proxy/config/translate.h"
#include "proxy/config/translate_filter_settings.h"
#include "proxy/config/translate_headers.h"

// Envoy's deprecated fields are honoured where it honours them.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace orrery::config {

namespace {

using envoy::config::route::v3::RouteAction;

route::WeightedCluster toWeightedCluster(Translation& t,
                                         const envoy::config::route::v3::WeightedCluster::ClusterWeight& entry,
                                         const std::string& runtimePrefix, bool validate) {
  route::WeightedCluster out;
  if (entry.name().empty() && entry.cluster_header().empty()) {
    t.refuse("At least one of name or cluster_header need to be specified");
  } else if (!entry.name().empty() && !entry.cluster_header().empty()) {
    t.refuse("Only one of name or cluster_header can be specified");
  } else if (entry.name().empty()) {
    out.clusterHeader.emplace(entry.cluster_header());
  } else {
    out.cluster = toClusterRef(t, "name", entry.name(), validate);
  }
  out.weight = entry.weight().value();
  if (!runtimePrefix.empty()) {
    out.runtimeKey = runtimePrefix + "." + entry.name();
    t.runtimeKeys.insert(out.runtimeKey);
  }
  if (!entry.host_rewrite_literal().empty()) out.hostRewriteLiteral = entry.host_rewrite_literal();
  out.requestHeaders = toRequestLevel(t, entry);
  out.responseHeaders = toResponseLevel(t, entry);
  out.filterSettings = toFilterSettings(t, entry.typed_per_filter_config());
  return out;
}

void setWeighted(Translation& t, const envoy::config::route::v3::WeightedCluster& message, bool validate,
                 route::RouteAction& out) {
  const auto scope = t.path.field("weighted_clusters");
  uint64_t sum = 0;
  forEachOf(t, "clusters", message.clusters(), [&](const auto& entry) {
    out.weighted.push_back(toWeightedCluster(t, entry, message.runtime_key_prefix(), validate));
    sum += out.weighted.back().weight;
  });
  if (!message.header_name().empty()) out.weightedHeader.emplace(message.header_name());
  out.weightedByHash = message.use_hash_policy().value();
  if (sum == 0) t.refuse("Sum of weights in the weighted_cluster must be greater than 0.");
  if (sum > UINT32_MAX) {
    t.refuse("The sum of weights of all weighted clusters of route exceeds " + std::to_string(UINT32_MAX));
  }
}

uint32_t notFoundStatus(RouteAction::ClusterNotFoundResponseCode code) {
  switch (code) {
    case RouteAction::NOT_FOUND: return 404;
    case RouteAction::INTERNAL_SERVER_ERROR: return 500;
    default: return 503;
  }
}

std::shared_ptr<const format::Formatter> toRewriteFormat(Translation& t, std::string_view field,
                                                         const std::string& text, format::Absent absent) {
  auto format = format::parseFormat(text, absent);
  if (format) return *std::move(format);
  t.refuse(field, format.error().message);
  return nullptr;
}

void setRewrites(Translation& t, const RouteAction& message, route::RouteAction& out) {
  if (!message.prefix_rewrite().empty()) out.pathRewrite.prefix = message.prefix_rewrite();
  if (message.has_regex_rewrite()) {
    out.pathRewrite.regex = toRewrite(t, "regex_rewrite", message.regex_rewrite());
    if (out.pathRewrite.prefix) t.refuse("Cannot specify both prefix_rewrite and regex_rewrite");
  }
  if (!message.path_rewrite().empty()) {
    out.pathRewrite.format = toRewriteFormat(t, "path_rewrite", message.path_rewrite(), format::Absent::kNothing);
    if (out.pathRewrite.prefix || out.pathRewrite.regex || message.has_path_rewrite_policy()) {
      t.refuse("path_rewrite", "Specify only one of prefix_rewrite, regex_rewrite or path_rewrite_policy");
    }
  }
  // Of a host, what is absent is a dash (measured at Envoy 1.40).
  if (message.has_host_rewrite()) {
    out.hostRewriteFormat = toRewriteFormat(t, "host_rewrite", message.host_rewrite(), format::Absent::kDash);
  }
  if (message.has_host_rewrite_literal()) out.hostRewriteLiteral = message.host_rewrite_literal();
  if (message.has_host_rewrite_header()) out.hostRewriteHeader.emplace(message.host_rewrite_header());
  if (message.has_host_rewrite_path_regex()) {
    out.hostRewritePath = toRewrite(t, "host_rewrite_path_regex", message.host_rewrite_path_regex());
  }
  out.hostRewriteAuto = message.auto_host_rewrite().value();
  out.appendXForwardedHost = message.append_x_forwarded_host();
}

}  // namespace

std::vector<route::MirrorPolicy> toMirrors(
    Translation& t,
    const google::protobuf::RepeatedPtrField<envoy::config::route::v3::RouteAction::RequestMirrorPolicy>& list,
    bool validate) {
  std::vector<route::MirrorPolicy> out;
  forEachOf(t, "request_mirror_policies", list, [&](const auto& message) {
    route::MirrorPolicy& policy = out.emplace_back();
    if (!message.cluster().empty() && !message.cluster_header().empty()) {
      t.refuse("Only one of cluster '" + message.cluster() + "' or cluster_header '" + message.cluster_header() +
               "' in request mirror policy can be specified");
    } else if (message.cluster().empty() && message.cluster_header().empty()) {
      t.refuse("Exactly one of cluster or cluster_header in request mirror policy need to be specified");
    } else if (!message.cluster_header().empty()) {
      policy.clusterHeader.emplace(message.cluster_header());
    } else {
      policy.cluster.name = message.cluster();
      const auto found = t.clusters.find(message.cluster());
      if (found != t.clusters.end()) {
        policy.cluster.index = found->second;
      } else if (validate) {
        t.refuse("cluster", "route: unknown shadow cluster '" + message.cluster() + "'");
      }
    }
    if (message.has_runtime_fraction()) {
      policy.fraction = toFraction(t, "runtime_fraction", message.runtime_fraction());
    }
    policy.appendSuffix = !message.disable_shadow_host_suffix_append();
    if (!message.host_rewrite_literal().empty()) policy.hostRewriteLiteral = message.host_rewrite_literal();
    policy.mutations = toRules(t, "request_headers_mutations", message.request_headers_mutations());
  });
  return out;
}

namespace {

void setTimes(Translation& t, const RouteAction& message, route::RouteAction& out) {
  if (message.has_timeout()) out.timeout = toDuration(t, "timeout", message.timeout());
  // Neither is read beside max_stream_duration (measured at Envoy 1.40).
  if (message.has_max_grpc_timeout() && !message.has_max_stream_duration()) {
    out.grpcTimeout.emplace().most = toDuration(t, "max_grpc_timeout", message.max_grpc_timeout());
    if (message.has_grpc_timeout_offset()) {
      out.grpcTimeout->offset = toDuration(t, "grpc_timeout_offset", message.grpc_timeout_offset());
    }
  }
  if (message.has_max_stream_duration()) {
    const auto scope = t.path.field("max_stream_duration");
    const auto& duration = message.max_stream_duration();
    const auto optional = [&](std::string_view field, bool has, const google::protobuf::Duration& value) {
      return has ? std::optional(toDuration(t, field, value)) : std::nullopt;
    };
    // Envoy (measured at 1.40): the time-out of the route is not looked at beside it.
    out.timeout = Duration();
    out.duration.most =
        optional("max_stream_duration", duration.has_max_stream_duration(), duration.max_stream_duration());
    out.duration.grpcMost =
        optional("grpc_timeout_header_max", duration.has_grpc_timeout_header_max(), duration.grpc_timeout_header_max());
    out.duration.grpcOffset = optional("grpc_timeout_header_offset", duration.has_grpc_timeout_header_offset(),
                                       duration.grpc_timeout_header_offset());
  }
  if (message.has_idle_timeout()) out.idleTimeout = toDuration(t, "idle_timeout", message.idle_timeout());
}

void setUpgrades(Translation& t, const RouteAction& message, route::RouteAction& out) {
  forEachOf(t, "upgrade_configs", message.upgrade_configs(), [&](const auto& upgrade) {
    const std::string& type = upgrade.upgrade_type();
    for (const route::RouteUpgrade& before : out.upgrades) {
      if (before.type == type) t.refuse("Duplicate upgrade " + type);
    }
    out.upgrades.push_back({type, !upgrade.has_enabled() || upgrade.enabled().value()});
    if (!upgrade.has_connect_config()) return;
    if (equalsIgnoreCase(type, "CONNECT")) {
      out.connect = route::ConnectConfig{upgrade.connect_config().allow_post()};
    } else if (equalsIgnoreCase(type, "CONNECT-UDP")) {
      t.refuse("connect_config", "CONNECT-UDP that ends here is not supported yet");
    } else {
      t.refuse("connect_config", "Non-CONNECT upgrade type " + type + " has ConnectConfig");
    }
  });
}

}  // namespace

route::ClusterRef toClusterRef(Translation& t, std::string_view field, const std::string& name, bool validate) {
  const auto found = t.clusters.find(name);
  if (found != t.clusters.end()) return {name, found->second};
  if (validate) t.refuse(field, "route: unknown cluster '" + name + "'");
  return {name, route::kUnknownCluster};
}

route::RouteAction toRouteAction(Translation& t, const RouteAction& message, bool validateClusters) {
  route::RouteAction out;
  if (message.has_cluster()) out.cluster = toClusterRef(t, "cluster", message.cluster(), validateClusters);
  if (message.has_cluster_header()) out.clusterHeader = message::HeaderName(message.cluster_header());
  if (message.has_weighted_clusters()) setWeighted(t, message.weighted_clusters(), validateClusters, out);
  out.clusterNotFoundStatus = notFoundStatus(message.cluster_not_found_response_code());
  setRewrites(t, message, out);
  setTimes(t, message, out);
  setUpgrades(t, message, out);
  if (message.has_internal_redirect_policy()) {
    const auto scope = t.path.field("internal_redirect_policy");
    out.internalRedirect = toInternalRedirect(t, message.internal_redirect_policy());
  } else if (message.internal_redirect_action() == RouteAction::HANDLE_INTERNAL_REDIRECT) {
    out.internalRedirect.emplace();
    if (message.has_max_internal_redirects()) out.internalRedirect->most = message.max_internal_redirects().value();
  }
  out.hedgeOnPerTryTimeout = message.hedge_policy().hedge_on_per_try_timeout();
  out.highPriority = message.priority() == envoy::config::core::v3::HIGH;
  if (message.has_retry_policy()) {
    const auto scope = t.path.field("retry_policy");
    out.retry = toRetryPolicy(t, message.retry_policy());
  }
  out.mirrors = toMirrors(t, message.request_mirror_policies(), validateClusters);
  forEachOf(t, "hash_policy", message.hash_policy(),
            [&](const auto& policy) { out.hashPolicies.push_back(toHashPolicy(t, policy)); });
  forEachOf(t, "rate_limits", message.rate_limits(),
            [&](const auto& limit) { out.rateLimits.push_back(toRateLimit(t, limit)); });
  out.includeHostRateLimits = message.include_vh_rate_limits().value();
  return out;
}

}  // namespace orrery::config
