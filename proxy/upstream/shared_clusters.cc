#include "proxy/upstream/shared_clusters.h"

namespace orrery::upstream {

SharedClusters::SharedClusters(std::shared_ptr<const ClusterSet> set, uint32_t workers)
    : set_(std::move(set)), workers_(workers), rows_(workers) {
  uint32_t hosts = 0;
  for (uint32_t i = 0; i < set_->size(); ++i) {
    const ClusterInfo& cluster = set_->at(i);
    for (RoutePriority priority : {RoutePriority::kDefault, RoutePriority::kHigh}) {
      breakers_.push_back(std::make_unique<Breakers>(cluster.options.breakersOf(priority)));
    }
    firstHost_.push_back(hosts);
    hosts += static_cast<uint32_t>(cluster.hosts.size());
  }
  for (Row& row : rows_) row.hosts = std::make_unique<HostStats[]>(hosts);
}

uint64_t SharedClusters::activeRequests(uint32_t cluster, uint32_t host) const {
  if (workers_ > 1) schedulePoint(SchedulePointKind::kAtomic, this);
  uint64_t n = 0;
  for (uint32_t worker = 0; worker < workers_; ++worker) n += hostStats(worker, cluster, host).rqActive.value();
  return n;
}

uint64_t SharedClusters::activeConnections(uint32_t cluster, uint32_t host) const {
  if (workers_ > 1) schedulePoint(SchedulePointKind::kAtomic, this);
  uint64_t n = 0;
  for (uint32_t worker = 0; worker < workers_; ++worker) n += hostStats(worker, cluster, host).cxActive.value();
  return n;
}

void SharedClusters::refreshBreakers(stats::Block& block, const BreakerStats& stats, const Breakers& b) {
  const auto set = [&](stats::GaugeId open, stats::GaugeId remaining, const DecidingAtomic<uint64_t>& used,
                       uint64_t limit) {
    // A limit of zero never opens: Envoy looks when something is counted.
    const uint64_t n = used.peek();
    block.set(open, n > 0 && n >= limit ? 1 : 0);
    block.set(remaining, limit > n ? limit - n : 0);
  };
  set(stats.cxOpen, stats.remainingCx, b.connections, b.limits.maxConnections);
  set(stats.rqOpen, stats.remainingRq, b.requests, b.limits.maxRequests);
  set(stats.rqPendingOpen, stats.remainingPending, b.pendingRequests, b.limits.maxPendingRequests);
  set(stats.rqRetryOpen, stats.remainingRetries, b.retries, b.limits.maxRetries);
  if (b.limits.retryBudget) block.set(stats.remainingRetries, 0);  // what is left depends on more than it counts
  set(stats.cxPoolOpen, stats.remainingCxPools, b.pools, b.limits.maxPools);
}

void SharedClusters::refreshGauges(stats::Block& block) {
  for (uint32_t i = 0; i < set_->size(); ++i) {
    const ClusterInfo& cluster = set_->at(i);
    for (RoutePriority priority : {RoutePriority::kDefault, RoutePriority::kHigh}) {
      refreshBreakers(block, cluster.stats.breakersOf(priority), breakers(i, priority));
    }
    if (!membershipCounted_ && !cluster.hosts.empty()) block.add(cluster.stats.membership_change);
    block.set(cluster.stats.membership_total, cluster.hosts.size());
    size_t healthy = 0;
    size_t degraded = 0;
    for (const HostSet& set : cluster.sets) {
      healthy += set.hosts(HostGroup::kHealthy).size();
      degraded += set.hosts(HostGroup::kDegraded).size();
      // Each priority overwrites what the one before wrote, as in Envoy.
      if (const HashTable* table = set.table(HostGroup::kHealthy)) {
        block.set(cluster.stats.tableSize, table->shares().size);
        block.set(cluster.stats.tableLeast, table->shares().least);
        block.set(cluster.stats.tableMost, table->shares().most);
      }
    }
    block.set(cluster.stats.membership_healthy, healthy);
    block.set(cluster.stats.membership_degraded, degraded);
  }
  membershipCounted_ = true;
}

}  // namespace orrery::upstream
