#pragma once

#include "cli/runner.h"
#include "cli/story_result.h"
#include "cli/terminal.h"

namespace orrery::cli {

// Writes <story>.witness.run: the first passing run that shows every entry of `sometimes`, with all deviations taken out that
// it shows them without. False: no run does, or the file could not be written (a line says which).
bool writeWitness(const StoryResult& story, Runner& runner, const Terminal& terminal);

}  // namespace orrery::cli
