#pragma once

#include <cstdint>
#include <vector>

namespace orrery::upstream {

// Earliest deadline first: entries come up in proportion to their weights, spread evenly (Envoy's EdfScheduler). An
// entry's n-th deadline is n / weight; fractions are compared exactly, in integers, so the order is the same everywhere.
// Equal deadlines: who was added earlier.
class EdfScheduler {
 public:
  // Weights from 1.
  void add(uint32_t weight, uint32_t value);
  // Takes the first entry's value and files it again. Not empty.
  uint32_t pick();
  bool empty() const { return heap_.empty(); }

 private:
  struct Entry {
    uint64_t count;  // deadline = count / weight
    uint64_t order;
    uint32_t weight;
    uint32_t value;
  };
  static bool later(const Entry& a, const Entry& b);
  std::vector<Entry> heap_;
  uint64_t nextOrder_ = 0;
};

}  // namespace orrery::upstream
