#pragma once

#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/simulator.h"
#include "cli/terminal.h"

namespace orrery::cli {

// The smallest run that still fails in the same way, as a .run file that was replayed. kNothingFailed: it is written;
// kBadInput: the run does not fail here, or a file cannot be used; kNotRepeated: the small run did another thing when it
// was repeated.
ExitCode shrinkCommand(const ShrinkArguments& arguments, const Simulator& simulator, const Terminal& terminal);

}  // namespace orrery::cli
