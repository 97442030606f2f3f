#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proxy/upstream/cluster_options.h"

namespace orrery::upstream {

// Hosts by the hash of a request, so that a request finds its host again and few move when hosts come or go. Built once
// per host list, immutable, shared by workers.
class HashTable {
 public:
  // How evenly the hosts share the table, for statistics.
  struct Shares {
    uint64_t size = 0;
    uint64_t least = 0;  // entries of the host that has fewest
    uint64_t most = 0;
  };

  virtual ~HashTable() = default;
  // The index of a host. `attempt` counts the hosts that were asked for and refused (host predicates of retries).
  virtual uint32_t choose(uint64_t hash, uint32_t attempt) const = 0;
  const Shares& shares() const { return shares_; }

 protected:
  Shares shares_;
};

// A host as it enters a table.
struct HashedHost {
  uint32_t index;
  std::string key;
  uint32_t weight;
};

// Null without hosts. Both build what Envoy builds (ring_hash_lb.cc, maglev_lb.cc), entry for entry.
std::unique_ptr<HashTable> makeRing(const std::vector<HashedHost>& hosts, const HashTableOptions& options);
std::unique_ptr<HashTable> makeMaglev(const std::vector<HashedHost>& hosts, const HashTableOptions& options);

}  // namespace orrery::upstream
