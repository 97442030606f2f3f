#pragma once

#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/simulator.h"
#include "cli/terminal.h"

namespace orrery::cli {

// The whole program behind main(): `words` without the program's name. `terminal.color` says whether colours would be
// possible; --color decides.
ExitCode runProgram(const std::vector<std::string>& words, const Simulator& simulator, Terminal terminal);

}  // namespace orrery::cli
