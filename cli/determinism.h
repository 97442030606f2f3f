#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/in_order.h"
#include "cli/progress.h"
#include "cli/run_task.h"

namespace orrery::cli {

// Whether runs are repeatable: each is run again after other worlds (in the opposite order, with the memory of those before)
// and in fresh memory; all must do the same, event for event.
// Lifetime: the tasks outlive it.
class DeterminismCheck {
 public:
  DeterminismCheck(const std::vector<RunTask>& tasks, size_t jobs, RunnerFactory newRunner);

  // What the first run of a task did.
  void expect(size_t task, const sim::RunResult& result);

  struct Outcome {
    uint64_t repetitions = 0;
    uint64_t differing = 0;
    std::string first;  // the first difference, with both contexts
  };
  Outcome check(const Terminal& terminal);

 private:
  // All that a caller can see of a run, in one number.
  static uint64_t fingerprint(const sim::RunResult& result);
  struct Difference {
    size_t task;
    uint64_t hash;
    bool fresh;
  };
  std::string explain(const Difference& difference);

  const std::vector<RunTask>& tasks_;
  size_t jobs_;
  RunnerFactory newRunner_;
  std::vector<uint64_t> fingerprints_;
  std::vector<uint64_t> hashes_;
};

}  // namespace orrery::cli
