#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/world/run_result.h"

namespace orrery::sim {

// The same number for runs that differ only in the order of what does not depend on each other, and that ask the same questions
// (what a scheduler has in mind shows in these). One more deviation makes the same of either, but while a loop is late: until
// when is not seen before it wakes. For results with `order` and questions.
uint64_t sameRun(const RunResult& result);

// What the plain run asked: the ground from which strategies step off. A plain value.
struct PlainRun {
  std::vector<Chooser::Asked> questions;  // in order
  std::vector<uint32_t> classOf;          // of each question's entity: index of `classes`
  std::vector<std::string> classes;       // entityClass(), in the order in which they first asked
  uint64_t same = 0;                      // sameRun()
  bool truncated = false;                 // it asked more than are kept

  PlainRun() = default;
  // From a result with questions; with a recording too, classes are told by the names in it.
  explicit PlainRun(const RunResult& result);

  // "schedule, tie, lateness": the kinds that it asked, in the order of the table of kinds.
  std::string kinds() const;
};

}  // namespace orrery::sim
