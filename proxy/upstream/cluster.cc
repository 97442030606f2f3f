#include "proxy/upstream/cluster.h"

#include "proxy/upstream/http1_pool.h"
#include "proxy/upstream/http2_pool.h"
#include "proxy/upstream/tcp_pool.h"

namespace orrery::upstream {

Cluster::Cluster(net::Worker& worker, SharedClusters& shared, uint32_t index)
    : worker_(worker),
      shared_(shared),
      index_(index),
      info_(shared.set().at(index)),
      breakers_(shared.breakers(index)),
      balancer_(std::make_shared<LoadBalancer>(worker, shared, index)),
      pools_(info_.hosts.size()) {}

Cluster::Cluster(Cluster& own, RoutePriority priority)
    : worker_(own.worker_),
      shared_(own.shared_),
      index_(own.index_),
      info_(own.info_),
      breakers_(own.shared_.breakers(own.index_, priority)),
      balancer_(own.balancer_),
      pools_(info_.hosts.size()),
      upstreamFilters_(own.upstreamFilters_) {}

Cluster::~Cluster() = default;

Cluster& Cluster::at(RoutePriority priority) {
  if (priority == RoutePriority::kDefault) return *this;
  if (!high_) high_.reset(new Cluster(*this, priority));
  return *high_;
}

Pool& Cluster::pool(uint32_t host) {
  std::unique_ptr<Pool>& pool = pools_[host];
  if (pool) return *pool;
  if (info_.options.http2Upstream) {
    pool = std::make_unique<Http2Pool>(*this, host);
  } else {
    pool = std::make_unique<Http1Pool>(*this, host);
  }
  return *pool;
}

bool Cluster::openPool(uint32_t host) {
  const uint64_t most = breakers_.limits.maxPools;
  if (most == UINT64_MAX) return true;
  Pool& known = pool(host);
  if (known.open()) return true;
  if (breakers_.pools.load() >= most) {
    worker_.stats.add(info_.stats.upstream_cx_pool_overflow);
    return false;
  }
  breakers_.pools.fetchAdd(1);
  known.setOpen();
  return true;
}

Pool& Cluster::tcpPool(uint32_t host) {
  if (tcpPools_.empty()) tcpPools_.resize(info_.hosts.size());
  std::unique_ptr<Pool>& pool = tcpPools_[host];
  if (!pool) pool = std::make_unique<TcpPool>(*this, host);
  return *pool;
}

bool Cluster::mayConnect(uint32_t host) const {
  const uint64_t perHost = breakers_.limits.maxConnectionsPerHost;
  if (perHost != UINT64_MAX && shared_.activeConnections(index_, host) >= perHost) return false;
  return breakers_.connections.load() < breakers_.limits.maxConnections;
}

bool Cluster::beginRequest(uint32_t host) {
  if (breakers_.requests.load() >= breakers_.limits.maxRequests) {
    worker_.stats.add(info_.stats.upstream_rq_active_overflow);
    return false;
  }
  breakers_.requests.fetchAdd(1);
  if (breakers_.begun) breakers_.begun->add(worker_.dispatcher.now());
  countBegin(host);
  return true;
}

void Cluster::endRequest(uint32_t host) {
  breakers_.requests.fetchSub(1);
  countEnd(host);
}

void Cluster::countBegin(uint32_t host) {
  worker_.stats.add(info_.stats.upstream_rq_total);
  worker_.stats.increment(info_.stats.upstream_rq_active);
  HostStats& counted = hostStats(host);
  counted.rqTotal.add();
  counted.rqActive.add();
}

void Cluster::countEnd(uint32_t host) {
  worker_.stats.decrement(info_.stats.upstream_rq_active);
  hostStats(host).rqActive.sub();
}

void Cluster::shutdown() {
  for (auto& pool : pools_) {
    if (pool) pool->shutdown();
  }
  for (auto& pool : tcpPools_) {
    if (pool) pool->shutdown();
  }
  if (high_) high_->shutdown();
}

size_t Cluster::connections() const {
  size_t n = high_ ? high_->connections() : 0;
  for (const auto& pool : pools_) n += pool ? pool->connections() : 0;
  for (const auto& pool : tcpPools_) n += pool ? pool->connections() : 0;
  return n;
}

}  // namespace orrery::upstream
