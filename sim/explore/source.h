#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/explore/covered.h"
#include "sim/world/run_request.h"
#include "sim/world/run_result.h"

namespace orrery::sim {

// A strategy of exploration: proposes runs and learns from them. What it proposes follows from what it was made with and
// what it was told, nothing else.
// Lifetime: the PlainRun that it was made with outlives it. Threading: one thread.
class Source {
 public:
  virtual ~Source() = default;
  virtual std::string_view name() const = 0;
  // The next run; nothing: it has none, at least until it has learnt of those under way.
  virtual std::optional<RunRequest> propose() = 0;
  // What came of each, in the order in which they were proposed.
  virtual void learn(const RunResult& /*result*/) {}
  // What follows from what was tried; nothing: nothing does.
  virtual std::optional<Covered> covered() const { return std::nullopt; }
  // Runs of an earlier search that got so far: as many as it learnt of are not proposed again, where that can be. False: it
  // cannot be, and all begins anew.
  virtual bool skip(uint64_t /*runs*/) { return false; }
};

}  // namespace orrery::sim
