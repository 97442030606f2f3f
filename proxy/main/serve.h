#pragma once

#include "proxy/main/command_line.h"

namespace orrery::main {

// Loads the bootstrap, then tells what is wrong with it (Mode::kValidate) or serves until a signal or /quitquitquit.
// Exit codes: 0 served, or valid; 2 the configuration is refused or cannot be started as it stands. What is wrong goes to
// standard error, one line each.
//
// Signals: SIGTERM and SIGINT end at once, as Envoy does (draining is asked for through the admin endpoint); SIGUSR1
// opens the log files anew; SIGHUP and SIGPIPE are ignored.
int serve(const CommandLine& commandLine);

}  // namespace orrery::main
