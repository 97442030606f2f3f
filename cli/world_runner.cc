#include "cli/runner.h"

namespace orrery::cli {

namespace {

class WorldRunner final : public Runner {
 public:
  sim::RunResult run(const sim::CompiledScenario& scenario, const sim::RunRequest& request) override {
    return sim::runScenario(scenario, request, pools_);
  }

 private:
  sim::WorldPools pools_;
};

}  // namespace

std::unique_ptr<Runner> newWorldRunner() { return std::make_unique<WorldRunner>(); }

}  // namespace orrery::cli
