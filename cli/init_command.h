#pragma once

#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/simulator.h"
#include "cli/terminal.h"

namespace orrery::cli {

// Writes a first scenario for an Envoy file and a copy of that file beside it. The scenario was run: what it expects is what the
// simulated proxy does. Nothing that exists is overwritten.
ExitCode initCommand(const InitArguments& arguments, const Simulator& simulator, const Terminal& terminal);

}  // namespace orrery::cli
