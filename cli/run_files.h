#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proxy/base/status.h"
#include "replay/format/run_file.h"
#include "sim/core/strategy.h"
#include "sim/world/world.h"

namespace orrery::cli {

// Between runs and .run files: replay/format knows nothing of sim/.

// Everything but `strategy`, `seed` is taken from the compiled scenario, the result and this build.
replay::RunFile runFileOf(const sim::CompiledScenario& scenario, const sim::RunResult& result,
                          replay::RunFile::Strategy strategy, uint64_t seed);

// How to repeat it. Deviations whose choice this build does not know are left out and listed.
struct ReplayPlan {
  sim::Strategy strategy = sim::Strategy::plain();
  std::vector<std::string> unknown;
};
ReplayPlan replayPlan(const replay::RunFile& file);

// Reads and checks a .run file; the error begins with the path.
Result<replay::RunFile> loadRunFile(const std::string& path);

}  // namespace orrery::cli
