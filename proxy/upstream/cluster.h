#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "proxy/net/worker.h"
#include "proxy/upstream/load_balancer.h"
#include "proxy/upstream/pool.h"
#include "proxy/upstream/shared_clusters.h"

namespace orrery::upstream {

// One cluster as one worker uses it: balancing state and a pool per host. Owned by ClusterManager.
class Cluster {
 public:
  Cluster(net::Worker& worker, SharedClusters& shared, uint32_t index);
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  const ClusterInfo& info() const { return info_; }
  const ClusterStats& stats() const { return info_.stats; }
  Breakers& breakers() { return breakers_; }
  net::Worker& worker() { return worker_; }
  HostStats& hostStats(uint32_t host) { return shared_.hostStats(worker_.index, index_, host); }

  // LoadBalancer::kNone: there is no host.
  uint32_t chooseHost(const HostWish& wish = {}) { return balancer_.choose(wish); }
  Pool& pool(uint32_t host);
  // A connection is given to a request: counted; false: the circuit breaker of requests is open.
  bool beginRequest(uint32_t host);
  void endRequest(uint32_t host);

  void shutdown();
  size_t connections() const;

 private:
  net::Worker& worker_;
  SharedClusters& shared_;
  const uint32_t index_;
  const ClusterInfo& info_;
  Breakers& breakers_;
  LoadBalancer balancer_;
  std::vector<std::unique_ptr<Pool>> pools_;  // by host; null until first used
};

}  // namespace orrery::upstream
