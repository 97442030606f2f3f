#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "cli/runner.h"

namespace orrery::cli {

// Runners that are used again: a search makes many small batches, and the memory of each runner is worth keeping between
// them. Lifetime: outlives the runners that it lends. Threading: any thread.
class RunnerPool {
 public:
  explicit RunnerPool(RunnerFactory newRunner) : newRunner_(std::move(newRunner)) {}
  RunnerPool(const RunnerPool&) = delete;
  RunnerPool& operator=(const RunnerPool&) = delete;

  // Goes back when it dies.
  std::unique_ptr<Runner> lend();
  RunnerFactory factory() {
    return [this] { return lend(); };
  }

 private:
  class Lent;
  RunnerFactory newRunner_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Runner>> idle_;
};

}  // namespace orrery::cli
