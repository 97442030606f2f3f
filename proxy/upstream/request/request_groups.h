#pragma once

#include "proxy/route/request_stats.h"

namespace orrery::upstream {

// The groups beside its cluster that a request is counted for: its virtual cluster, and those of its route.
// Lifetime: a value; what it points at is the route table's. Threading: the worker whose block it writes.
struct RequestGroups {
  const route::RequestStats* virtualCluster = nullptr;
  const route::RequestStats* route = nullptr;

  void add(stats::Block& block, stats::CounterId route::RequestStats::* counter) const {
    forEach([&](const route::RequestStats& group) { block.add(group.*counter); });
  }
  void charge(stats::Block& block, uint32_t status) const {
    forEach([&](const route::RequestStats& group) { group.codes.charge(block, status); });
  }
  void recordTime(stats::Block& block, uint64_t milliseconds) const {
    forEach([&](const route::RequestStats& group) { block.record(group.upstream_rq_time, milliseconds); });
  }

 private:
  template <class F>
  void forEach(F&& f) const {
    if (virtualCluster != nullptr) f(*virtualCluster);
    if (route != nullptr) f(*route);
  }
};

}  // namespace orrery::upstream
