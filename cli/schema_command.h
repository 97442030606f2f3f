#pragma once

#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/terminal.h"

namespace orrery::cli {

// Prints what a scenario file may hold: as a JSON schema for editors, or as the page scenarios/REFERENCE.md.
ExitCode schemaCommand(const SchemaArguments& arguments, const Terminal& terminal);

}  // namespace orrery::cli
