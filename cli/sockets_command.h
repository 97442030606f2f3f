#pragma once

#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/terminal.h"

namespace orrery::cli {

// A script of socket calls on the simulated kernel or on this machine's; one line a call.
ExitCode socketsCommand(const SocketsArguments& arguments, const Terminal& terminal);

}  // namespace orrery::cli
