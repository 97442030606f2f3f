#pragma once

#include "cli/run_command.h"

namespace orrery::cli {

// `run --print events`: one line for each event on standard output and nothing else; what failed goes to standard error.
// Several runs are told apart by lines "# <path> seed <n>".
ExitCode printEvents(const RunArguments& arguments, const std::vector<Story>& stories, const Simulator& simulator,
                     const Terminal& terminal);

// The lines of one recording, up to `until`.
void printEventLines(const sim::Recording& recording, TimePoint until, const Terminal& terminal);

}  // namespace orrery::cli
