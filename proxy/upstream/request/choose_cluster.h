#pragma once

#include <string_view>

#include "proxy/route/route_action.h"
#include "proxy/upstream/cluster_manager.h"

namespace orrery::upstream {

// The cluster that a route sends a request to: its own, the one that a header named (`named`), or `weighted`, the one that
// was picked of its weighted clusters. Null: there is none.
Cluster* chooseCluster(const route::RouteAction& action, const route::WeightedCluster* weighted, std::string_view named,
                       ClusterManager& clusters);

}  // namespace orrery::upstream
