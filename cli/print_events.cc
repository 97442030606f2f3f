#include "cli/print_events.h"

#include "cli/run_task.h"
#include "sim/report/describe.h"

namespace orrery::cli {

void printEventLines(const sim::Recording& recording, TimePoint until, const Terminal& terminal) {
  for (const sim::RecordedEvent& e : recording.events.events()) {
    if (e.at > until) break;
    terminal.out << eventLine(recording, e) << '\n';
  }
  if (recording.events.truncated()) terminal.complain("the run has more events than can be kept; these are the first");
}

ExitCode printEvents(const RunArguments& arguments, const std::vector<Story>& stories, const Simulator& simulator,
                     const Terminal& terminal) {
  const uint64_t first = arguments.seeds > 0 ? 0 : arguments.seed;
  const uint64_t last = arguments.seeds > 0 ? arguments.seeds - 1 : arguments.seed;
  const std::vector<RunTask> tasks = runTasks(stories, first, last, false);
  const std::unique_ptr<Runner> runner = simulator.newRunner();
  ExitCode code = kNothingFailed;
  for (const RunTask& task : tasks) {
    sim::RunRequest request;
    request.strategy = task.strategy();
    request.record = true;
    const sim::RunResult result = runner->run(*task.story->compiled, request);
    if (tasks.size() > 1) terminal.out << "# " << task.story->path << ' ' << task.name() << '\n';
    if (result.recording != nullptr) printEventLines(*result.recording, TimePoint::max(), terminal);
    if (result.outcome == sim::RunOutcome::kError) {
      terminal.complain(task.story->path + ": " + result.error);
      if (code == kNothingFailed) code = kBadInput;
    }
    for (const sim::CheckFailure& f : result.failures) {
      terminal.complain(task.story->path + ": broken by check " + f.check + ": " + f.message);
      code = kClaimFailed;
    }
  }
  return code;
}

}  // namespace orrery::cli
