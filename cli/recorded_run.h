#pragma once

#include <optional>
#include <string>

#include "cli/simulator.h"
#include "cli/story.h"
#include "cli/terminal.h"
#include "replay/format/run_file.h"

namespace orrery::cli {

// A .run file with its scenario.
struct RecordedRun {
  std::string path;
  replay::RunFile file;
  Story story;

  // Runs it again, with a recording, and says in one line of warning why it may go another way (`whyLoose`), if it may.
  sim::RunResult again(Runner& runner, const Terminal& terminal) const;
};

// `scenario`: a file instead of the one that the .run file names, which is looked for where it says, then from the .run file's folder and
// those above it. What is wrong is complained about; then there is none.
std::optional<RecordedRun> loadRecordedRun(const std::string& path, const std::string& scenario,
                                           const Simulator& simulator, const Terminal& terminal);

}  // namespace orrery::cli
