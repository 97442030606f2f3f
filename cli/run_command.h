#pragma once

#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/simulator.h"
#include "cli/story.h"
#include "cli/terminal.h"

namespace orrery::cli {

ExitCode runCommand(const RunArguments& arguments, const Simulator& simulator, const Terminal& terminal);

}  // namespace orrery::cli
