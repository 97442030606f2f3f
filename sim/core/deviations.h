#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/status.h"

namespace orrery::sim {

// One choice that is not the plain run's: the text of its key ("/client/connection.1:lateness:4") and its value.
struct Deviation {
  uint64_t key = 0;
  uint64_t value = 0;
  std::string text;
};

// A map from key to value over the plain run: the whole content of a choice log. Any subset of one is one.
class Deviations {
 public:
  Deviations() = default;
  // Of keys in any order, each once.
  static Deviations of(std::vector<Deviation> items);

  // Replaces the value of an existing key.
  void set(Deviation deviation);
  // From text and value; an error says what is wrong with the text.
  Status add(std::string_view text, uint64_t value);
  bool remove(uint64_t key);

  // Position of the key in items(), or -1.
  ptrdiff_t find(uint64_t key) const;
  const std::vector<Deviation>& items() const { return items_; }
  bool empty() const { return items_.empty(); }
  size_t size() const { return items_.size(); }

 private:
  std::vector<Deviation> items_;  // sorted by key
};

// How well a replayed map fitted the run.
struct FitReport {
  uint64_t used = 0;                // entries asked for and applied as they stand
  uint64_t clamped = 0;             // asked for, but out of range
  uint64_t absent = 0;              // choices asked that have no entry
  std::vector<Deviation> leftOver;  // entries never asked for
  bool exact() const { return clamped == 0 && leftOver.empty(); }
};

}  // namespace orrery::sim
