#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/world/run_result.h"

namespace orrery::sim {

// What the plain run asked: the ground from which strategies step off. A plain value.
struct PlainRun {
  std::vector<Chooser::Asked> questions;  // in order
  std::vector<uint32_t> classOf;          // of each question's entity: index of `classes`
  std::vector<std::string> classes;       // entityClass(), in the order in which they first asked
  bool truncated = false;                 // it asked more than are kept

  PlainRun() = default;
  // From a result with questions; with a recording too, classes are told by the names in it.
  explicit PlainRun(const RunResult& result);

  // "schedule, tie, lateness": the kinds that it asked, in the order of the table of kinds.
  std::string kinds() const;
};

}  // namespace orrery::sim
