#pragma once

#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/simulator.h"
#include "cli/terminal.h"

namespace orrery::cli {

// One line a scenario: path, claim.
ExitCode listCommand(const ListArguments& arguments, const Simulator& simulator, const Terminal& terminal);
ExitCode versionCommand(const VersionArguments& arguments, const Terminal& terminal);

}  // namespace orrery::cli
