#include "cli/failing_run.h"

#include <utility>

#include "cli/replay_fit.h"
#include "cli/run_files.h"

namespace orrery::cli {

std::unique_ptr<FailingRun> loadFailingRun(const std::string& command, const std::string& path,
                                           const std::string& scenario, const Simulator& simulator,
                                           const Terminal& terminal) {
  auto loaded = loadRun(path, scenario, simulator, terminal);
  if (!loaded) return nullptr;
  auto out = std::make_unique<FailingRun>();
  out->loaded = std::move(*loaded);
  const replay::RunFile& file = out->loaded.file;
  if (const std::string why = whyLoose(file, *out->loaded.story.compiled); !why.empty()) {
    terminal.complain("warning: " + path + ": " + why + ": replayed loosely");
  }
  out->runner = simulator.newRunner();
  sim::RunRequest request;
  request.strategy = replayPlan(file).strategy;
  request.listQuestions = true;
  out->result = out->execute()(request);
  out->log = sim::ChoiceLog::of(out->result);
  const std::optional<sim::FailureClass> here = classOf(out->result);
  if (!here) {
    terminal.complain(command + ": " + path + ": the run passes here; expected one that fails");
    return nullptr;
  }
  out->what = *here;
  if (!file.failure) return out;
  const sim::FailureClass there =
      sim::classOf(sim::CheckFailure{file.failure->check, file.failure->entity,
                                     TimePoint::fromNanoseconds(file.failure->atNs), file.failure->message});
  if (failsAs(out->result, there)) {
    out->what = there;
  } else {
    terminal.complain("warning: " + path + ": it fails in another way here: check " + here->check + ", in the file " +
                      there.check);
  }
  return out;
}

}  // namespace orrery::cli
