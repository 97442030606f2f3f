#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "proxy/upstream/cluster_options.h"
#include "proxy/upstream/hash_table.h"

namespace orrery::upstream {

// Whose turn it is among the hosts of a priority: the healthy, what is left when they are too few, or (panic) all.
enum class HostGroup : uint8_t { kHealthy, kDegraded, kAll };
constexpr size_t kHostGroups = 3;

// The hosts of one priority by health; indexes into the cluster's hosts.
struct HostSet {
  std::vector<uint32_t> groups[kHostGroups];
  std::unique_ptr<HashTable> tables[kHostGroups];  // of hashing policies; null where the group is empty

  const std::vector<uint32_t>& hosts(HostGroup group) const { return groups[static_cast<size_t>(group)]; }
  const HashTable* table(HostGroup group) const { return tables[static_cast<size_t>(group)].get(); }
};

// By priority; at least one.
std::vector<HostSet> makeHostSets(const ClusterOptions& options);

}  // namespace orrery::upstream
