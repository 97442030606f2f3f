#pragma once

#include <functional>
#include <memory>

#include "sim/world/world.h"

namespace orrery::cli {

// Runs worlds, one at a time, with memory of its own that it keeps between them. One for each OS thread.
class Runner {
 public:
  virtual ~Runner() = default;
  virtual sim::RunResult run(const sim::CompiledScenario& scenario, const sim::RunRequest& request) = 0;
};

using RunnerFactory = std::function<std::unique_ptr<Runner>()>;

// The simulated world (sim/world).
std::unique_ptr<Runner> newWorldRunner();

}  // namespace orrery::cli
