#pragma once

#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/simulator.h"
#include "cli/terminal.h"

namespace orrery::cli {

// Why a run fails: its smallest form, the nearest run that passes, the first event in which they part, and which deviations
// decide. kNothingFailed: it is explained; kBadInput: the run does not fail here, or a file cannot be used.
ExitCode explainCommand(const ExplainArguments& arguments, const Simulator& simulator, const Terminal& terminal);

}  // namespace orrery::cli
