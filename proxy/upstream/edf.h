#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace orrery::upstream {

// Earliest deadline first: entries come up in proportion to their weights, spread evenly (Envoy's EdfScheduler). Each time
// an entry comes up its deadline moves on by step / weight, where the step is 1 or what the caller says; fractions are
// compared exactly, in integers, so the order is the same everywhere. Equal deadlines: who was added earlier.
class EdfScheduler {
 public:
  static constexpr uint64_t kStep = uint64_t{1} << 16;  // 1, in fixed point

  // Weights from 1.
  void add(uint32_t weight, uint32_t value);
  // Takes the first entry's value and files it again; stepOf(value) says by how much it moves on. Not empty.
  template <class StepOf>
  uint32_t pick(StepOf&& stepOf) {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    Entry& entry = heap_.back();
    const uint32_t value = entry.value;
    entry.count += stepOf(value);
    entry.order = nextOrder_++;
    std::push_heap(heap_.begin(), heap_.end(), later);
    return value;
  }
  uint32_t pick() {
    return pick([](uint32_t) { return kStep; });
  }
  bool empty() const { return heap_.empty(); }

 private:
  struct Entry {
    uint64_t count;  // deadline = count / weight, in steps
    uint64_t order;
    uint32_t weight;
    uint32_t value;
  };
  static bool later(const Entry& a, const Entry& b);
  std::vector<Entry> heap_;
  uint64_t nextOrder_ = 0;
};

}  // namespace orrery::upstream
