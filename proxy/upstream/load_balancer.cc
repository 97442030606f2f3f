#include "proxy/upstream/load_balancer.h"

#include <algorithm>

namespace orrery::upstream {

LoadBalancer::LoadBalancer(const ClusterInfo& cluster, io::Random& random)
    : random_(random), hosts_(static_cast<uint32_t>(cluster.hosts.size())), policy_(cluster.options.lbPolicy) {
  if (policy_ != LbPolicy::kRoundRobin || hosts_ < 2) return;
  next_ = random_.below(hosts_);
  const auto weight = [](const HostInfo& h) { return h.options.weight; };
  const uint32_t first = weight(cluster.hosts.front());
  if (std::all_of(cluster.hosts.begin(), cluster.hosts.end(), [&](const HostInfo& h) { return weight(h) == first; })) {
    return;
  }
  for (uint32_t i = 0; i < hosts_; ++i) edf_.add(weight(cluster.hosts[i]), i);
  for (uint64_t i = 0; i < next_; ++i) edf_.pick();
}

uint32_t LoadBalancer::choose() {
  if (hosts_ == 0) return kNone;
  if (hosts_ == 1) return 0;
  if (policy_ == LbPolicy::kRandom) return static_cast<uint32_t>(random_.below(hosts_));
  if (!edf_.empty()) return edf_.pick();
  const auto chosen = static_cast<uint32_t>(next_);
  next_ = next_ + 1 == hosts_ ? 0 : next_ + 1;
  return chosen;
}

}  // namespace orrery::upstream
