#include "proxy/upstream/host_sets.h"

namespace orrery::upstream {
namespace {

// As Envoy's hashKey: a host name where names are asked for, else the address.
HashedHost hashed(const ClusterOptions& options, uint32_t index) {
  const EndpointOptions& host = options.endpoints[index];
  return {index, options.hashTable.useHostname ? host.hostname : host.address.text(), host.weight};
}

void makeTables(const ClusterOptions& options, HostSet& set) {
  for (size_t group = 0; group < kHostGroups; ++group) {
    std::vector<HashedHost> hosts;
    for (uint32_t index : set.groups[group]) hosts.push_back(hashed(options, index));
    set.tables[group] = options.lbPolicy == LbPolicy::kMaglev ? makeMaglev(hosts, options.hashTable)
                                                              : makeRing(hosts, options.hashTable);
  }
}

}  // namespace

std::vector<HostSet> makeHostSets(const ClusterOptions& options) {
  std::vector<HostSet> sets(1);
  for (uint32_t i = 0; i < options.endpoints.size(); ++i) {
    const EndpointOptions& host = options.endpoints[i];
    if (host.priority >= sets.size()) sets.resize(host.priority + 1);
    HostSet& set = sets[host.priority];
    set.groups[static_cast<size_t>(HostGroup::kAll)].push_back(i);
    if (host.health == HostHealth::kHealthy) set.groups[static_cast<size_t>(HostGroup::kHealthy)].push_back(i);
    if (host.health == HostHealth::kDegraded) set.groups[static_cast<size_t>(HostGroup::kDegraded)].push_back(i);
  }
  if (options.lbPolicy == LbPolicy::kRingHash || options.lbPolicy == LbPolicy::kMaglev) {
    for (HostSet& set : sets) makeTables(options, set);
  }
  return sets;
}

}  // namespace orrery::upstream
