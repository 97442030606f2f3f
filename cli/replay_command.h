#pragma once

#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/simulator.h"
#include "cli/terminal.h"

namespace orrery::cli {

// Strict when revision, preset, scenario and bootstrap are those of the file: every deviation must be asked for and every hash
// be equal, else kNotRepeated with the first difference. Otherwise loose, with one warning.
ExitCode replayCommand(const ReplayArguments& arguments, const Simulator& simulator, const Terminal& terminal);

}  // namespace orrery::cli
