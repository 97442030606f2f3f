#include "proxy/upstream/cluster_manager.h"

#include "proxy/upstream/cluster.h"

namespace orrery::upstream {

ClusterManager::ClusterManager(net::Worker& worker, SharedClusters& shared) : worker_(worker), shared_(shared) {
  clusters_.reserve(shared.set().size());
  for (uint32_t i = 0; i < shared.set().size(); ++i) clusters_.push_back(std::make_unique<Cluster>(worker, shared, i));
}

ClusterManager::~ClusterManager() { shutdown(); }

Cluster* ClusterManager::find(std::string_view name) {
  const auto index = shared_.set().find(name);
  return index ? clusters_[*index].get() : nullptr;
}

uint32_t ClusterManager::indexOf(std::string_view name) const {
  return shared_.set().find(name).value_or(static_cast<uint32_t>(clusters_.size()));
}

ShutdownHook::ShutdownHook(ClusterManager& clusters, Delegate<void()> run) : run_(run) {
  clusters.hooks_.pushBack(*this);
}

void ClusterManager::shutdown() {
  hooks_.drainEach([](ShutdownHook& hook) { hook.run_(); });
  for (auto& cluster : clusters_) cluster->shutdown();
}

size_t ClusterManager::connections() const {
  size_t n = 0;
  for (const auto& cluster : clusters_) n += cluster->connections();
  return n;
}

}  // namespace orrery::upstream
