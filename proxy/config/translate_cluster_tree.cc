#include "proxy/config/translate_cluster_tree.h"

#include <string>
#include <utility>

#include "envoy/config/route/v3/route_components.pb.h"
#include "envoy/extensions/router/cluster_specifiers/matcher/v3/matcher.pb.h"
#include "proxy/config/any_type.h"
#include "proxy/config/translate_match_tree.h"

namespace orrery::config {

namespace specifier = envoy::extensions::router::cluster_specifiers::matcher::v3;

std::optional<ClusterTree> toClusterTree(Translation& t,
                                         const envoy::config::route::v3::ClusterSpecifierPlugin& message) {
  const auto extension = t.path.field("extension");
  const auto config = t.path.field("typed_config");
  const google::protobuf::Any& any = message.extension().typed_config();
  specifier::MatcherClusterSpecifier plugin;
  if (!any.Is<specifier::MatcherClusterSpecifier>() || !any.UnpackTo(&plugin)) {
    if (!message.is_optional()) {
      refuseUnregistered(t, message.extension().name(), any.type_url());
    }
    return std::nullopt;
  }
  ClusterTree out;
  const auto scope = t.path.field("cluster_matcher");
  match::MatchTree tree =
      toMatchTree(t, plugin.cluster_matcher(),
                  [&](const std::string& name, const google::protobuf::Any& action) -> std::optional<uint32_t> {
                    specifier::ClusterAction chosen;
                    if (!action.Is<specifier::ClusterAction>() || !action.UnpackTo(&chosen)) {
                      refuseUnregistered(t, name, action.type_url());
                      return std::nullopt;
                    }
                    // One that does not exist is told by the answer, as in Envoy.
                    route::WeightedCluster& cluster = out.clusters.emplace_back();
                    cluster.cluster.name = chosen.cluster();
                    const auto known = t.clusters.find(chosen.cluster());
                    if (known != t.clusters.end()) cluster.cluster.index = known->second;
                    return static_cast<uint32_t>(out.clusters.size() - 1);
                  },
                  {.network = true,
                   .before = "an input of another kind than request fields, addresses and ports is not supported: "});
  if (Status s = match::compileTree(tree); !s) t.refuse(s.error().message);
  out.tree = std::make_shared<const match::MatchTree>(std::move(tree));
  return out;
}

}  // namespace orrery::config
