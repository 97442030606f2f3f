#include "cli/runner_pool.h"

#include <utility>

namespace orrery::cli {

class RunnerPool::Lent final : public Runner {
 public:
  Lent(RunnerPool& pool, std::unique_ptr<Runner> runner) : pool_(pool), runner_(std::move(runner)) {}
  ~Lent() override {
    const std::lock_guard lock(pool_.mutex_);
    pool_.idle_.push_back(std::move(runner_));
  }
  sim::RunResult run(const sim::CompiledScenario& scenario, const sim::RunRequest& request) override {
    return runner_->run(scenario, request);
  }

 private:
  RunnerPool& pool_;
  std::unique_ptr<Runner> runner_;
};

std::unique_ptr<Runner> RunnerPool::lend() {
  std::unique_ptr<Runner> runner;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      runner = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (runner == nullptr) runner = newRunner_();
  return std::make_unique<Lent>(*this, std::move(runner));
}

}  // namespace orrery::cli
