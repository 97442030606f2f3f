#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "proxy/base/delegate.h"
#include "proxy/base/intrusive_list.h"
#include "proxy/net/worker.h"
#include "proxy/upstream/shared_clusters.h"

namespace orrery::upstream {

class Cluster;
class ClusterManager;

// Who has streams of its own under way and ends them before the connections go. Lifetime: the manager outlives it.
class ShutdownHook : public ListHook<ShutdownHook> {
 public:
  ShutdownHook(ClusterManager& clusters, Delegate<void()> run);

 private:
  friend class ClusterManager;
  const Delegate<void()> run_;
};

// The clusters as one worker uses them: balancing state and connection pools. One per worker.
//
// Lifetime: made after the worker's Worker, destroyed before it and before the dispatcher ends; every stream that uses it
// is gone by then. shutdown() closes the pools' connections first (they die by deferDelete, so the dispatcher finishes the
// iteration before destruction). Threading: its worker.
class ClusterManager {
 public:
  ClusterManager(net::Worker& worker, SharedClusters& shared);
  ~ClusterManager();
  ClusterManager(const ClusterManager&) = delete;
  ClusterManager& operator=(const ClusterManager&) = delete;

  size_t size() const { return clusters_.size(); }
  Cluster& at(uint32_t index) { return *clusters_[index]; }
  // Null if there is none of that name.
  Cluster* find(std::string_view name);
  // size() if there is none of that name.
  uint32_t indexOf(std::string_view name) const;
  net::Worker& worker() { return worker_; }

  // Closes every upstream connection, without a word to anybody but the streams that still wait (they are reset).
  void shutdown();
  // Connections in all pools, for "at rest" reports.
  size_t connections() const;

 private:
  friend class ShutdownHook;
  net::Worker& worker_;
  SharedClusters& shared_;
  std::vector<std::unique_ptr<Cluster>> clusters_;
  IntrusiveList<ShutdownHook> hooks_;
};

}  // namespace orrery::upstream
