#pragma once

#include <cstdint>
#include <optional>

#include "proxy/message/header_map.h"
#include "proxy/route/route_action.h"
#include "proxy/upstream/cluster_manager.h"

namespace orrery::upstream {

// The cluster that a route sends a request to: its own, the one that a header names, or one of the weighted. `hash`: of
// the route's hash policies. Null: there is none. `weighted` gets the weighted cluster that was picked.
Cluster* chooseCluster(const route::RouteAction& action, const message::HeaderMap& headers,
                       std::optional<uint64_t> hash, ClusterManager& clusters, const route::WeightedCluster*& weighted);

}  // namespace orrery::upstream
