#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "proxy/http/upstream_filters.h"
#include "proxy/net/worker.h"
#include "proxy/upstream/load_balancer.h"
#include "proxy/upstream/pool.h"
#include "proxy/upstream/shared_clusters.h"

namespace orrery::upstream {

// One cluster as one worker uses it: balancing state and a pool per host. Requests of priority HIGH have circuit breakers
// and therefore pools of their own: a second Cluster that hangs on the first and shares its balancing.
// Owned by ClusterManager.
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
  uint32_t chooseHost(const HostWish& wish = {}) { return balancer_->choose(wish); }
  Pool& pool(uint32_t host);
  // Before pool(): whether the host's may be used, as it is in use already or one more may be; it is in use from now on, until
  // its last connection has ended.
  bool openPool(uint32_t host);
  void closePool() { breakers_.pools.fetchSub(1); }
  // Connections that carry bytes as they are: what comes out of a CONNECT that ends here.
  Pool& tcpPool(uint32_t host);
  // Whether the circuit breakers allow one connection more to the host.
  bool mayConnect(uint32_t host) const;
  // A connection is given to a request: counted; false: the circuit breaker of requests is open.
  bool beginRequest(uint32_t host);
  void endRequest(uint32_t host);
  // The same of what max_requests does not count: tunnels that end here (measured at Envoy 1.40).
  void countBegin(uint32_t host);
  void countEnd(uint32_t host);
  // The same cluster for requests of this priority; asked of the one that the manager gives.
  Cluster& at(RoutePriority priority);

  // Before the first request. Each try goes through them, instead of those of the router.
  void setUpstreamFilters(std::unique_ptr<const http::UpstreamFilters> filters) {
    upstreamFilters_ = std::move(filters);
  }
  // Null: the cluster has none of its own.
  const http::UpstreamFilters* upstreamFilters() const { return upstreamFilters_.get(); }

  void shutdown();
  size_t connections() const;

 private:
  Cluster(Cluster& own, RoutePriority priority);

  net::Worker& worker_;
  SharedClusters& shared_;
  const uint32_t index_;
  const ClusterInfo& info_;
  Breakers& breakers_;
  std::shared_ptr<LoadBalancer> balancer_;
  std::vector<std::unique_ptr<Pool>> pools_;                      // by host; null until first used
  std::vector<std::unique_ptr<Pool>> tcpPools_;                   // the same; empty until the first is used
  std::unique_ptr<Cluster> high_;                                 // null until first used
  std::shared_ptr<const http::UpstreamFilters> upstreamFilters_;  // of this one and of `high_`
};

}  // namespace orrery::upstream
