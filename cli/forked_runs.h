#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "cli/runner.h"

namespace orrery::cli {

// Runs that begin alike, made as one run that forks where they part: a snapshot is a process, and what they have in common is
// paid once. The results are those that the runner would make of each request, but for FitReport.
//
// Threading: the calling thread must be the only one of the process. Errors: of a process that could not be made or that ended early
// nothing is told. Bounds: `jobs` processes at a time, this one among them.
class ForkedRuns {
 public:
  // Runs part at once where the beginning has taken less than `beginning`: a process is not for nothing.
  ForkedRuns(Runner& runner, size_t jobs, std::chrono::nanoseconds beginning)
      : runner_(runner), jobs_(jobs), beginning_(beginning) {}

  // A replay of answers over the plain run of which nothing is kept that a process could not hand on.
  static bool possible(const sim::RunRequest& request);
  // Those for which nothing stands were not made: they part early, `over` held, or a process failed.
  std::vector<std::optional<sim::RunResult>> run(const sim::CompiledScenario& scenario,
                                                 std::span<const sim::RunRequest> requests,
                                                 const std::function<bool()>& over);

 private:
  Runner& runner_;
  const size_t jobs_;
  const std::chrono::nanoseconds beginning_;
};

}  // namespace orrery::cli
