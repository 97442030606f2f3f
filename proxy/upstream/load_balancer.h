#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proxy/net/worker.h"
#include "proxy/upstream/edf.h"
#include "proxy/upstream/priority_load.h"
#include "proxy/upstream/shared_clusters.h"

namespace orrery::upstream {

// What a request says about its host.
struct HostWish {
  std::optional<uint64_t> hash;        // of its hash policies; hashing policies draw one for who has none
  const PriorityLoad* load = nullptr;  // of a retry that avoids priorities; null: the cluster's
  uint32_t attempt = 0;                // how many hosts were refused for this try
};

// Chooses hosts of one cluster for one worker (Envoy's load balancers): first a priority by its share of the load, then
// its healthy hosts, its degraded ones, or in panic all, then one of them by the policy:
// - round robin starts at a random host, so that workers do not move in step, and obeys weights by EDF when they differ;
// - least request takes the least busy of a few drawn at random, or of all; with different weights EDF with weights that
//   shrink with what a host is busy with;
// - random does not look at weights;
// - ring hash and maglev look the request's hash up in a table.
// Lifetime: worker and shared outlive it. Threading: its worker.
class LoadBalancer {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;
  LoadBalancer(net::Worker& worker, const SharedClusters& shared, uint32_t cluster);

  // An index into the cluster's hosts; kNone if there are none to choose from.
  uint32_t choose(const HostWish& wish = {});
  const ClusterInfo& cluster() const { return cluster_; }

 private:
  // The turns of one group of hosts.
  struct Turns {
    const std::vector<uint32_t>* hosts = nullptr;
    const HashTable* table = nullptr;
    uint64_t next = 0;
    EdfScheduler edf;  // empty: all weights are equal
  };

  Turns& turnsOf(uint32_t priority, HostGroup group) { return turns_[priority * kHostGroups + size_t(group)]; }
  void startTurns(Turns& turns, uint64_t seed);
  uint32_t pick(Turns& turns, const HostWish& wish, uint64_t hash);
  uint32_t pickLeastBusy(const std::vector<uint32_t>& hosts);

  net::Worker& worker_;
  const SharedClusters& shared_;
  const uint32_t index_;
  const ClusterInfo& cluster_;
  const LbPolicy policy_;
  BalancedPriorities priorities_;
  std::vector<Turns> turns_;  // by priority and group
  uint64_t bias_ = 0;         // of least request
  bool simple_;               // all load goes to the healthy hosts of the first priority: no draw is needed
};

}  // namespace orrery::upstream
