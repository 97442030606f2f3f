#pragma once

#include <string>

#include "cli/runner.h"
#include "cli/story.h"
#include "cli/terminal.h"

namespace orrery::cli {

// What --pcapng and --pcapng-of say.
struct CaptureArguments {
  std::string file;  // empty: nothing is written
  std::string of;    // "HOST", "HOST-HOST", empty: all
};

// Runs once more, since runs repeat exactly, and writes what travelled. False: complained about in one line.
bool writeCapture(const CaptureArguments& arguments, const Story& story, const sim::Strategy& strategy, Runner& runner,
                  const Terminal& terminal);

}  // namespace orrery::cli
