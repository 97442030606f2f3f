#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/stats/layout.h"
#include "proxy/upstream/cluster_options.h"
#include "proxy/upstream/cluster_stats.h"
#include "proxy/upstream/host_sets.h"

namespace orrery::upstream {

// An endpoint with what is asked of it often.
struct HostInfo {
  EndpointOptions options;
  std::string addressText;  // "127.0.0.3:8080"
};

struct ClusterInfo {
  // What requests carry of patterns must have been found good before.
  ClusterInfo(ClusterOptions o, stats::Layout& layout);
  ClusterOptions options;
  ClusterStats stats;
  std::vector<HostInfo> hosts;
  std::vector<HostSet> sets;  // the hosts by priority
};

// The clusters of one configuration with their statistics registered: compiled once, immutable, shared by workers (and
// by all worlds that run the same configuration). The index is that of the options given.
class ClusterSet {
 public:
  ClusterSet(std::vector<ClusterOptions> clusters, stats::Layout& layout);

  size_t size() const { return clusters_.size(); }
  const ClusterInfo& at(uint32_t index) const { return clusters_[index]; }
  std::optional<uint32_t> find(std::string_view name) const;

 private:
  std::vector<ClusterInfo> clusters_;
  std::vector<uint32_t> byName_;  // sorted
};

}  // namespace orrery::upstream
