#include "proxy/upstream/request/choose_cluster.h"

#include "proxy/base/ascii.h"

namespace orrery::upstream {
namespace {

// As Envoy's WeightedClusterRouteEntry: a number in a header, else the hash of the request, else chance.
const route::WeightedCluster* chooseWeighted(const route::RouteAction& action, const message::HeaderMap& headers,
                                             std::optional<uint64_t> hash, net::Worker& worker) {
  const auto weightOf = [&](const route::WeightedCluster& w) -> uint64_t {
    return w.runtimeKey.empty() ? w.weight : worker.runtime->integer(w.runtimeKey, w.weight);
  };
  uint64_t total = 0;
  for (const route::WeightedCluster& w : action.weighted) total += weightOf(w);
  if (total == 0) return nullptr;
  std::optional<uint64_t> selection;
  if (action.weightedHeader) selection = parseDecimal(headers.get(*action.weightedHeader));
  if (!selection && action.weightedByHash) selection = hash;
  uint64_t chosen = selection ? *selection % total : worker.random->below(total);
  for (const route::WeightedCluster& w : action.weighted) {
    const uint64_t weight = weightOf(w);
    if (chosen < weight) return &w;
    chosen -= weight;
  }
  return nullptr;
}

}  // namespace

Cluster* chooseCluster(const route::RouteAction& action, const message::HeaderMap& headers,
                       std::optional<uint64_t> hash, ClusterManager& clusters,
                       const route::WeightedCluster*& weighted) {
  const auto byRef = [&](const route::ClusterRef& ref) -> Cluster* {
    return ref.index < clusters.size() ? &clusters.at(ref.index) : clusters.find(ref.name);
  };
  if (action.cluster) return byRef(*action.cluster);
  if (action.clusterHeader) return clusters.find(headers.get(*action.clusterHeader));
  weighted = chooseWeighted(action, headers, hash, clusters.worker());
  if (weighted == nullptr) return nullptr;
  return weighted->clusterHeader ? clusters.find(headers.get(*weighted->clusterHeader)) : byRef(weighted->cluster);
}

}  // namespace orrery::upstream
