#pragma once

#include <cstdint>
#include <vector>

#include "proxy/route/retry_policy.h"
#include "proxy/upstream/cluster_set.h"
#include "proxy/upstream/priority_load.h"

namespace orrery::upstream {

// Where a retry goes: the hosts that the policy's host predicates refuse, and the load of priorities once some were
// tried (Envoy's envoy.retry_host_predicates.* and envoy.retry_priorities.previous_priorities).
// Retries may go to other clusters than what was tried (refresh_cluster_on_retry).
// Lifetime: policy and clusters outlive it. Threading: its worker.
class RetryHosts {
 public:
  explicit RetryHosts(const route::RetryPolicy& policy) : policy_(policy) {}

  // A try was given to `host`, or asked for a connection to it in vain.
  void note(const ClusterInfo& cluster, uint32_t host);
  bool avoids(const ClusterInfo& cluster, uint32_t host) const;
  uint32_t maxAttempts() const { return policy_.hostSelectionMaxAttempts; }
  // For a retry's choice of a priority; null: the cluster's own. Valid until the next call.
  const PriorityLoad* load(const ClusterInfo& cluster);

 private:
  const route::RetryPolicy& policy_;
  struct Host {
    const ClusterInfo* cluster;
    uint32_t index;
    bool operator==(const Host&) const = default;
  };
  std::vector<Host> hosts_;           // only with the previous_hosts predicate
  std::vector<uint32_t> priorities_;  // only with previous_priorities; one for each try
  std::vector<bool> excluded_;
  PriorityLoad load_;
  bool adjusted_ = false;  // load_ holds
};

}  // namespace orrery::upstream
