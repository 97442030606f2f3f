#include "proxy/upstream/request/choose_cluster.h"

namespace orrery::upstream {

Cluster* chooseCluster(const route::RouteAction& action, const route::WeightedCluster* weighted,
                       const message::HeaderMap& headers, ClusterManager& clusters) {
  const auto byRef = [&](const route::ClusterRef& ref) -> Cluster* {
    return ref.index < clusters.size() ? &clusters.at(ref.index) : clusters.find(ref.name);
  };
  if (action.cluster) return byRef(*action.cluster);
  if (action.clusterHeader) return clusters.find(headers.get(*action.clusterHeader));
  if (weighted == nullptr) return nullptr;
  return weighted->clusterHeader ? clusters.find(headers.get(*weighted->clusterHeader)) : byRef(weighted->cluster);
}

}  // namespace orrery::upstream
