#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sim/explore/choice_log.h"
#include "sim/explore/dice.h"

namespace orrery::sim {

// Runs worth stepping off: each reached a feature (sim/core/coverage.h, marks of the proxy) that no run before it had.
// What is rare is chosen more often. Choices follow from what it was told, never from the order of a table.
// Threading: one thread. Bounds: kMost runs with kMostQuestions questions each, kMostFeatures features.
class Corpus {
 public:
  static constexpr size_t kMost = 1024;
  static constexpr size_t kMostQuestions = 4096;
  static constexpr size_t kMostFeatures = 1u << 21;

  struct Entry {
    ChoiceLog log;
    std::vector<Chooser::Asked> questions;
    std::vector<uint64_t> newFeatures;  // that it was the first to reach
    uint64_t children = 0;              // made from it
    uint64_t barren = 0;                // of those, since one of them reached something new
  };

  // Whether it reached something new, and is kept.
  bool add(const RunResult& result);
  // Which run to step off next; there must be one.
  size_t choose(const Dice& dice, uint64_t index) const;

  bool empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }
  Entry& entry(size_t i) { return entries_[i]; }
  const Entry& entry(size_t i) const { return entries_[i]; }
  uint64_t features() const { return hits_.size(); }
  // Logs that together reach all that was reached: fewer than entries, as later runs reach what several earlier ones did.
  std::vector<ChoiceLog> logs() const;

 private:
  uint64_t weight(const Entry& entry) const;

  std::vector<Entry> entries_;
  std::unordered_map<uint64_t, uint32_t> hits_;  // runs that reached a feature; looked up only
};

}  // namespace orrery::sim
