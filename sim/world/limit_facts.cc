#include <algorithm>
#include <utility>
#include <vector>

#include "proxy/base/saturating.h"
#include "sim/io/convert.h"
#include "sim/world/world_parts.h"

namespace orrery::sim {

namespace {

template <class Is>
bool someRoute(const ProxyFacts& facts, Is&& is) {
  for (const ListenerFacts& l : facts.listeners) {
    for (const VirtualHostFacts& v : l.virtualHosts) {
      // Its routes are not all known.
      if (!v.judged || std::any_of(v.routes.begin(), v.routes.end(), is)) return true;
    }
  }
  return false;
}

struct Counted {
  bool high = false;     // the circuit breakers of that priority count beside the others
  bool tunnels = false;  // pools of tunnels stand beside those of requests
};

void noteLimit(const upstream::ClusterOptions& o, uint32_t workers, const Counted& counted, LimitFacts& f) {
  f.clusters += (f.clusters.empty() ? "cluster." : " and cluster.") + o.name;
  const bool shares = o.breakers.retryBudget || o.highBreakers.retryBudget;  // of what was active when each retry began
  for (const auto* b : {&o.breakers, &o.highBreakers}) {
    if (b == &o.highBreakers && !counted.high) continue;
    // A pool is one of a host, a priority and a worker.
    const uint64_t pools = o.endpoints.size() * workers * (counted.tunnels ? 2 : 1);
    f.mostConnections = saturatingSum(f.mostConnections, saturatingSum(b->maxConnections, pools));
    f.mostRequests = saturatingSum(f.mostRequests, b->maxRequests);
    f.mostWaiting = saturatingSum(f.mostWaiting, b->maxPendingRequests);
    f.mostRetries = shares ? UINT64_MAX : saturatingSum(f.mostRetries, b->maxRetries);
  }
}

// Groups of clusters by the lowest number of each.
class Groups {
 public:
  explicit Groups(size_t n) : parent_(n) {
    for (size_t i = 0; i < n; ++i) parent_[i] = static_cast<uint32_t>(i);
  }
  uint32_t of(uint32_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(uint32_t a, uint32_t b) {
    a = of(a);
    b = of(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<uint32_t> parent_;
};

}  // namespace

// Origins cannot tell clusters that share an endpoint apart.
void noteLimits(const config::Bootstrap& bootstrap, ProxyFacts& facts) {
  std::vector<std::pair<Endpoint, uint32_t>> all;
  for (uint32_t i = 0; i < bootstrap.clusters.size(); ++i) {
    for (const upstream::EndpointOptions& e : bootstrap.clusters[i].endpoints) {
      if (const auto at = endpointOf(e.address)) all.emplace_back(*at, i);
    }
  }
  std::sort(all.begin(), all.end());
  Groups groups(bootstrap.clusters.size());
  for (size_t k = 1; k < all.size(); ++k) {
    if (all[k].first == all[k - 1].first) groups.join(all[k].second, all[k - 1].second);
  }
  const Counted counted = {
      someRoute(facts, [](const RouteFacts& r) { return r.highPriority; }),
      someRoute(facts, [](const RouteFacts& r) { return r.connectEndsHere || r.postEndsHere; }),
  };
  const bool elsewhere = someRoute(facts, [](const RouteFacts& r) { return r.retry && r.retry->otherClusters; });
  facts.limits.resize(bootstrap.clusters.size());
  for (uint32_t i = 0; i < bootstrap.clusters.size(); ++i) {
    facts.groupOf.push_back(groups.of(i));
    LimitFacts& limits = facts.limits[groups.of(i)];
    noteLimit(bootstrap.clusters[i], facts.workers, counted, limits);
    if (elsewhere) limits.mostRetries = UINT64_MAX;
  }
  for (const auto& [endpoint, cluster] : all) facts.limits[groups.of(cluster)].endpoints.push_back(endpoint);
}

}  // namespace orrery::sim
