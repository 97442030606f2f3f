#pragma once

#include <cstdint>
#include <vector>

#include "proxy/upstream/host_sets.h"

namespace orrery::upstream {

// How much of the load each priority's healthy and degraded hosts take, in percent: 100 together.
struct PriorityLoad {
  std::vector<uint32_t> healthy;
  std::vector<uint32_t> degraded;
};

// How much of it each could take: 100 at most, since a part of the hosts may carry more than its share
// (overprovisioning_factor).
struct PriorityAvailability {
  std::vector<uint32_t> healthy;
  std::vector<uint32_t> degraded;
};
PriorityAvailability availabilityOf(const std::vector<HostSet>& sets, uint32_t overprovisioningFactor);

// The load of a cluster's priorities, as Envoy computes it (LoadBalancerBase in load_balancer_impl.cc, priority levels
// and panic in its documentation).
struct BalancedPriorities {
  PriorityLoad load;
  std::vector<bool> panic;  // all hosts of this priority get requests, whatever their health
};
BalancedPriorities balancePriorities(const std::vector<HostSet>& sets, uint32_t overprovisioningFactor,
                                     uint32_t panicThreshold);

// The load without some priorities, which a retry has tried already (PreviousPrioritiesRetryPriority). When none is left
// `excluded` is cleared and all count again. False: nothing is available at all, the cluster's own load holds.
bool loadWithout(const PriorityAvailability& availability, std::vector<bool>& excluded, PriorityLoad& out);

struct ChosenPriority {
  uint32_t priority;
  HostGroup group;  // kHealthy or kDegraded
};
// `draw`: any number; equal shares of them fall to each percent.
ChosenPriority choosePriority(const PriorityLoad& load, uint64_t draw);

}  // namespace orrery::upstream
