#include "proxy/upstream/cluster.h"

namespace orrery::upstream {

Cluster::Cluster(net::Worker& worker, SharedClusters& shared, uint32_t index)
    : worker_(worker),
      shared_(shared),
      index_(index),
      info_(shared.set().at(index)),
      breakers_(shared.breakers(index)),
      balancer_(info_, *worker.random),
      pools_(info_.hosts.size()) {}

Cluster::~Cluster() = default;

Http1Pool& Cluster::pool(uint32_t host) {
  if (!pools_[host]) pools_[host] = std::make_unique<Http1Pool>(*this, host);
  return *pools_[host];
}

void Cluster::shutdown() {
  for (auto& pool : pools_) {
    if (pool) pool->shutdown();
  }
}

size_t Cluster::connections() const {
  size_t n = 0;
  for (const auto& pool : pools_) n += pool ? pool->connections() : 0;
  return n;
}

}  // namespace orrery::upstream
