#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "proxy/base/mark.h"

namespace orrery::cli {

// In how many runs of a campaign each rare branch of the proxy was taken.
class MarkCounts {
 public:
  void add(const MarkSet& ofOneRun);
  void add(const MarkCounts& other);
  uint64_t runs(size_t mark) const { return runs_[mark]; }
  size_t reached() const;

 private:
  std::array<uint64_t, kMarks> runs_{};
};

// "marks      41 of 73 rare branches of the proxy were taken, never net.short_write, ..."; without `names` only how many: one story
// alone takes few.
std::string marksInShort(const MarkCounts& counts, bool names, size_t width);
// A line for each: in how many runs, name, what it means.
std::string marksAtLength(const MarkCounts& counts);

}  // namespace orrery::cli
