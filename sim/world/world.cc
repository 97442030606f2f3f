#include "sim/world/world.h"

#include "sim/world/world_pools.h"
#include "sim/world/world_run.h"

namespace orrery::sim {

WorldPools::WorldPools() : parts_(std::make_unique<Parts>()) {}
WorldPools::~WorldPools() = default;

RunResult runScenario(const CompiledScenario& scenario, const RunRequest& request, WorldPools& pools) {
  auto world = std::make_unique<WorldRun>(scenario, request, pools.parts());
  RunResult result = world->run();
  // A thread that could not be ended still refers to its world.
  if (!world->finished()) static_cast<void>(world.release());
  return result;
}

}  // namespace orrery::sim
