#include "proxy/upstream/shared_clusters.h"

namespace orrery::upstream {

SharedClusters::SharedClusters(std::shared_ptr<const ClusterSet> set, uint32_t workers)
    : set_(std::move(set)), workers_(workers), rows_(workers) {
  uint32_t hosts = 0;
  for (uint32_t i = 0; i < set_->size(); ++i) {
    const ClusterInfo& cluster = set_->at(i);
    breakers_.push_back(std::make_unique<Breakers>(cluster.options.breakers));
    firstHost_.push_back(hosts);
    hosts += static_cast<uint32_t>(cluster.hosts.size());
  }
  for (Row& row : rows_) row.hosts = std::make_unique<HostStats[]>(hosts);
}

void SharedClusters::refreshGauges(stats::Block& block) {
  for (uint32_t i = 0; i < set_->size(); ++i) {
    const ClusterInfo& cluster = set_->at(i);
    const Breakers& b = *breakers_[i];
    const auto open = [&](stats::GaugeId id, const DecidingAtomic<uint64_t>& used, uint64_t limit) {
      // A limit of zero never opens: Envoy looks when something is counted.
      const uint64_t n = used.peek();
      block.set(id, n > 0 && n >= limit ? 1 : 0);
    };
    open(cluster.stats.cxOpen, b.connections, b.limits.maxConnections);
    open(cluster.stats.rqOpen, b.requests, b.limits.maxRequests);
    open(cluster.stats.rqPendingOpen, b.pendingRequests, b.limits.maxPendingRequests);
    open(cluster.stats.rqRetryOpen, b.retries, b.limits.maxRetries);
    if (!membershipCounted_ && !cluster.hosts.empty()) block.add(cluster.stats.membership_change);
    block.set(cluster.stats.membership_total, cluster.hosts.size());
    block.set(cluster.stats.membership_healthy, cluster.hosts.size());
  }
  membershipCounted_ = true;
}

}  // namespace orrery::upstream
