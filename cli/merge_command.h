#pragma once

#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/terminal.h"

namespace orrery::cli {

// `orrery merge DIR...`: what the searches of several folders of `explore --keep` came to, as one: failures by cause with the
// smallest run of each, counts added up, domains that all shards went through called complete, corpora put together. With an
// output folder it is written there as such a folder again. Exit code: 1 if any search found a failure, as `explore` has it.
ExitCode mergeCommand(const MergeArguments& arguments, const Terminal& terminal);

}  // namespace orrery::cli
