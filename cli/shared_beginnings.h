#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "cli/runner_pool.h"

namespace orrery::cli {

// Which runs of a search are made by forks (ForkedRuns), and those runs: the ones that have half a run or more in common with the
// plain run, where that is 2 ms or more, for as long as it is quicker. Results are the same either way.
// Lifetime: the search of one story. Threading: the calling thread, while it is the only one of the process.
class SharedBeginnings {
 public:
  SharedBeginnings(RunnerPool& runners, size_t jobs) : runners_(runners), jobs_(jobs) {}

  // How long a run took that was made as usual.
  void tellRun(int64_t wallNs) {
    ns_ += wallNs;
    ++runs_;
  }
  // A result for each that was made; the others are the caller's to make.
  std::vector<std::optional<sim::RunResult>> make(const sim::CompiledScenario& scenario,
                                                  const std::vector<sim::RunRequest>& round,
                                                  const std::function<bool()>& over);

 private:
  int64_t meanNs() const { return runs_ == 0 ? 0 : ns_ / runs_; }

  RunnerPool& runners_;
  const size_t jobs_;
  int64_t ns_ = 0;
  int64_t runs_ = 0;
  bool slower_ = false;
};

}  // namespace orrery::cli
