#pragma once

#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/simulator.h"
#include "cli/terminal.h"

namespace orrery::cli {

// Bootstraps, scenarios and .run files; which of them a file is, its content says.
ExitCode validateCommand(const ValidateArguments& arguments, const Simulator& simulator, const Terminal& terminal);

}  // namespace orrery::cli
