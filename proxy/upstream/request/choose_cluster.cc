#include "proxy/upstream/request/choose_cluster.h"

namespace orrery::upstream {

Cluster* chooseCluster(const route::RouteAction& action, const route::WeightedCluster* weighted, std::string_view named,
                       ClusterManager& clusters) {
  const auto byRef = [&](const route::ClusterRef& ref) -> Cluster* {
    return ref.index < clusters.size() ? &clusters.at(ref.index) : clusters.find(ref.name);
  };
  if (action.cluster) return byRef(*action.cluster);
  if (action.clusterHeader) return clusters.find(named);
  if (weighted == nullptr) return nullptr;
  return weighted->clusterHeader ? clusters.find(named) : byRef(weighted->cluster);
}

}  // namespace orrery::upstream
