#pragma once

#include <cstdint>
#include <vector>

#include "proxy/io/random.h"
#include "proxy/upstream/cluster_set.h"
#include "proxy/upstream/edf.h"

namespace orrery::upstream {

// Chooses hosts of one cluster for one worker. Round robin starts at a random host, so that workers do not move in step,
// and obeys weights by EDF when they differ; random does not look at weights (both as Envoy).
// Lifetime: cluster and random outlive it. Threading: its worker.
class LoadBalancer {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;
  LoadBalancer(const ClusterInfo& cluster, io::Random& random);

  // An index into the cluster's hosts; kNone if there are none.
  uint32_t choose();

 private:
  io::Random& random_;
  const uint32_t hosts_;
  const LbPolicy policy_;
  uint64_t next_ = 0;
  EdfScheduler edf_;  // empty: all weights are equal
};

}  // namespace orrery::upstream
