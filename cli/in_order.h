#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "cli/runner.h"

namespace orrery::cli {

struct TimedResult {
  sim::RunResult result;
  int64_t wallNs = 0;
};

// Runs `count` tasks on `jobs` OS threads, each with one Runner for all its tasks, and delivers the results on the calling
// thread in the order of the tasks, whichever thread was faster. With one job no thread is made.
// Bounds: at most kAhead results wait for their turn. Errors: an exception of a task ends all and is thrown to the caller.
class InOrder {
 public:
  static constexpr size_t kAhead = 4096;
  using Task = std::function<sim::RunResult(size_t index, Runner& runner)>;
  using Deliver = std::function<void(size_t index, TimedResult result)>;

  InOrder(size_t jobs, RunnerFactory newRunner);
  void run(size_t count, const Task& task, const Deliver& deliver);

 private:
  size_t jobs_;
  RunnerFactory newRunner_;
};

}  // namespace orrery::cli
