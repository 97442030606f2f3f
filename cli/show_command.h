#pragma once

#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/simulator.h"
#include "cli/terminal.h"

namespace orrery::cli {

// `orrery show`: one run as a chart, as a page, for Wireshark. Exit code: 0, whatever the run's outcome, as nothing is judged here.
ExitCode showCommand(const ShowArguments& arguments, const Simulator& simulator, const Terminal& terminal);

// `orrery diff`: the first event in which two runs part. Exit code: 0 they are the same, 1 they differ.
ExitCode diffCommand(const DiffArguments& arguments, const Simulator& simulator, const Terminal& terminal);

}  // namespace orrery::cli
