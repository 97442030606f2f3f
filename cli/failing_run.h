#pragma once

#include <memory>
#include <optional>

#include "cli/load_run.h"
#include "cli/runner.h"
#include "sim/explore/choice_log.h"

namespace orrery::cli {

// A .run file that fails here, for commands that work on failures.
struct FailingRun {
  LoadedRun loaded;
  std::unique_ptr<Runner> runner;
  sim::FailureClass what;  // as the file says, else what breaks first here
  sim::ChoiceLog log;
  sim::RunResult result;  // of the replay

  // Of the same story. Lifetime: until this dies.
  sim::Execute execute() {
    return [this](const sim::RunRequest& request) { return runner->run(*loaded.story.compiled, request); };
  }
};

// Nothing: it does not fail here, or something is wrong; it has been complained about, with `command` before it.
std::unique_ptr<FailingRun> loadFailingRun(const std::string& command, const std::string& path,
                                           const std::string& scenario, const Simulator& simulator,
                                           const Terminal& terminal);

}  // namespace orrery::cli
