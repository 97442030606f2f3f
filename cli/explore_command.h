#pragma once

#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/simulator.h"
#include "cli/terminal.h"

namespace orrery::cli {

// Searches each story for runs that break a claim. The budget is for all stories together: each gets an equal share of what
// is left when its turn comes.
ExitCode exploreCommand(const ExploreArguments& arguments, const Simulator& simulator, const Terminal& terminal);

}  // namespace orrery::cli
