#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/base/counter.h"

namespace orrery::stats {

// Counters whose names only traffic tells (a client's own cluster, the cluster that an authorized request goes to): made at
// the first count, as in Envoy. All others are cells of a Layout, which is cheaper.
//
// Threading: one worker counts; any thread reads. Bounds: kMost names, as clients choose some; past that nothing is counted.
class NamedCounters {
 public:
  static constexpr size_t kMost = 4096;
  struct Named {
    std::string name;
    Counter value;
    std::unique_ptr<Named> older;
  };

  NamedCounters() = default;
  NamedCounters(const NamedCounters&) = delete;
  NamedCounters& operator=(const NamedCounters&) = delete;

  // With n = 0 the name is there from now on.
  void add(std::string_view name, uint64_t n = 1);
  void reset();
  // The one made last; its elders behind it. They live as long as this.
  const Named* newest() const { return published_.load(std::memory_order_acquire); }

 private:
  std::map<std::string, Named*, std::less<>> byName_;
  std::unique_ptr<Named> newest_;
  std::atomic<const Named*> published_{nullptr};
};

}  // namespace orrery::stats
