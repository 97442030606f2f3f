#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "proxy/config/translate.h"
#include "proxy/match/match_tree.h"
#include "proxy/route/route_action.h"

namespace envoy::config::route::v3 {
class ClusterSpecifierPlugin;
}

namespace orrery::config {

// A tree whose actions are the numbers of clusters.
struct ClusterTree {
  std::shared_ptr<const match::MatchTree> tree;
  std::vector<route::WeightedCluster> clusters;  // without weights
};

// Matchers are the one kind of cluster specifier that there is; the path stands at the plugin. Nothing: it is of another kind,
// and is_optional, or was refused.
std::optional<ClusterTree> toClusterTree(Translation& t,
                                         const envoy::config::route::v3::ClusterSpecifierPlugin& message);

}  // namespace orrery::config
