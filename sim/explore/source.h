#pragma once

#include <optional>
#include <string>
#include <string_view>

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
  // What follows from what was tried, a sentence that names its domain; empty: nothing does.
  virtual std::string covered() const { return ""; }
};

}  // namespace orrery::sim
