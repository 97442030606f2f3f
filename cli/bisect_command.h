#pragma once

#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/simulator.h"
#include "cli/terminal.h"

namespace orrery::cli {

// `orrery bisect FILE.run --good REVISION`: carries a failing run over the commits of a git history to the one that broke it, or,
// where the older end fails and the newer passes, mended it. Each commit that `git bisect` picks is checked out in a tree of its
// own, built, and asked to replay the run loosely on today's scenario; "fails" is the check that the file names. What does not
// build, does not take the scenario or fails in another way is skipped. The tree stays, so that the next search builds less.
ExitCode bisectCommand(const BisectArguments& arguments, const Simulator& simulator, const Terminal& terminal);

}  // namespace orrery::cli
