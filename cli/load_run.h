#pragma once

#include <optional>
#include <string>

#include "cli/simulator.h"
#include "cli/story.h"
#include "cli/terminal.h"
#include "replay/format/run_file.h"

namespace orrery::cli {

// A .run file with the scenario that it belongs to, ready to run.
struct LoadedRun {
  replay::RunFile file;
  Story story;  // without witnesses
};

// `scenario` stands for the one in the file; empty: where the file says, seen from here, else from the file's folder and
// each folder above it, else beside it. Nothing: what is wrong has been complained about.
std::optional<LoadedRun> loadRun(const std::string& path, const std::string& scenario, const Simulator& simulator,
                                 const Terminal& terminal);

}  // namespace orrery::cli
