#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "proxy/base/counter.h"
#include "proxy/base/deciding_atomic.h"
#include "proxy/stats/block.h"
#include "proxy/upstream/cluster_set.h"
#include "proxy/upstream/request_window.h"

namespace orrery::upstream {

// What the circuit breakers of one cluster count, over all workers: the order of workers decides who overflows, as in
// Envoy. One cache line each, as workers write them with every request.
struct alignas(64) Breakers {
  explicit Breakers(const CircuitBreakerThresholds& t) : limits(t) {
    if (t.retryBudget && t.retryBudget->interval) begun = std::make_unique<RequestWindow>(*t.retryBudget->interval);
  }
  DecidingAtomic<uint64_t> connections;
  DecidingAtomic<uint64_t> pendingRequests;
  DecidingAtomic<uint64_t> requests;
  DecidingAtomic<uint64_t> retries;
  DecidingAtomic<uint64_t> pools;  // counted where there is a limit
  const CircuitBreakerThresholds limits;
  std::unique_ptr<RequestWindow> begun;  // where the budget of retries looks back for a while

  // How many retries may run at a time, now; `ended` requests beside those that are counted are under way. The product is
  // computed as Envoy does, in double: one rounding each, the same on every machine.
  uint64_t maxRetries(TimePoint now, uint64_t ended) const {
    if (!limits.retryBudget) return limits.maxRetries;
    const uint64_t counted = begun ? begun->count(now) : requests.load() + pendingRequests.load() + ended;
    const auto share = static_cast<uint64_t>(limits.retryBudget->percent / 100.0 * static_cast<double>(counted));
    return std::max(share, limits.retryBudget->leastRetries);
  }
};

// What one worker counts of one host; /clusters shows the sum over workers.
struct HostStats {
  Counter cxTotal;
  Counter cxActive;
  Counter cxConnectFail;
  Counter rqTotal;
  Counter rqActive;
  Counter rqPendingActive;
  Counter rqError;
  Counter rqSuccess;
  Counter rqTimeout;
};

// The state of the clusters that the workers of one server share. Made once by the server.
// Lifetime: outlives the ClusterManagers. Threading: breakers from any worker; a row of host statistics is written by
// its worker and read by any.
class SharedClusters {
 public:
  SharedClusters(std::shared_ptr<const ClusterSet> set, uint32_t workers);

  const ClusterSet& set() const { return *set_; }
  uint32_t workers() const { return workers_; }
  Breakers& breakers(uint32_t cluster, RoutePriority priority = RoutePriority::kDefault) {
    return *breakers_[cluster * kRoutePriorities + static_cast<size_t>(priority)];
  }
  HostStats& hostStats(uint32_t worker, uint32_t cluster, uint32_t host) {
    return rows_[worker].hosts[firstHost_[cluster] + host];
  }
  const HostStats& hostStats(uint32_t worker, uint32_t cluster, uint32_t host) const {
    return rows_[worker].hosts[firstHost_[cluster] + host];
  }

  // Requests under way on a host, of all workers: what least-request balancing decides by, so other workers may run
  // before it is looked at.
  uint64_t activeRequests(uint32_t cluster, uint32_t host) const;

  // The same of connections: what max_connections of per_host_thresholds bounds.
  uint64_t activeConnections(uint32_t cluster, uint32_t host) const;

  // Writes the gauges that no worker owns (membership, open breakers) into the main thread's block. Main thread.
  void refreshGauges(stats::Block& mainBlock);

 private:
  static void refreshBreakers(stats::Block& block, const BreakerStats& stats, const Breakers& breakers);
  struct alignas(64) Row {
    std::unique_ptr<HostStats[]> hosts;
  };
  std::shared_ptr<const ClusterSet> set_;
  uint32_t workers_;
  std::vector<std::unique_ptr<Breakers>> breakers_;  // by cluster and priority
  std::vector<uint32_t> firstHost_;
  std::vector<Row> rows_;
  bool membershipCounted_ = false;
};

}  // namespace orrery::upstream
