#pragma once

#include "cli/arguments.h"
#include "cli/backends.h"
#include "cli/exit_code.h"
#include "cli/simulator.h"
#include "cli/terminal.h"

namespace orrery::cli {

// `orrery run --backend` beyond the simulated world: each story once on each back end, and a table of what came of them. Real
// proxies run several at a time where the system gives each a network of its own, else one after another.
ExitCode runOnBackends(const RunArguments& arguments, const std::vector<Backend>& backends,
                       const std::vector<Story>& stories, const Simulator& simulator, const Terminal& terminal);

}  // namespace orrery::cli
