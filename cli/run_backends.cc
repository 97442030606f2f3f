#include "cli/run_backends.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/file_report.h"
#include "cli/in_order.h"
#include "cli/live/live_run.h"
#include "cli/live/own_network.h"
#include "cli/progress.h"
#include "cli/run_report.h"
#include "sim/script/units.h"

namespace orrery::cli {

namespace {

// They mostly wait.
constexpr size_t kLiveRunsPerProcessor = 4;

class BackendRuns {
 public:
  BackendRuns(const RunArguments& arguments, const std::vector<Backend>& backends, const std::vector<Story>& stories,
              const Simulator& simulator, const Terminal& terminal)
      : arguments_(arguments), backends_(backends), simulator_(simulator), terminal_(terminal) {
    std::vector<std::string> names;
    size_t longest = 0;
    for (const Story& s : stories) longest = std::max(longest, s.path.size());
    for (const Backend& b : backends) names.push_back(b.name);
    reports_ = withFileReports(
        arguments.json ? newJsonReport(terminal) : newTableReport(terminal, names, longest, arguments.details),
        arguments, terminal);
  }

  ExitCode run(const std::vector<Story>& stories, Duration patience) {
    const auto began = std::chrono::steady_clock::now();
    const bool own = live::permitOwnNetworks();
    if (!own) terminal_.err << "run: no networks of their own for real proxies here: they take turns\n";
    const size_t processors = std::max(1u, std::thread::hardware_concurrency());
    const size_t jobs = !own ? 1 : arguments_.jobs != 0 ? arguments_.jobs : processors * kLiveRunsPerProcessor;
    Progress progress(terminal_, "runs", stories.size() * backends_.size());
    InOrder(jobs, simulator_.newRunner)
        .run(
            stories.size() * backends_.size(),
            [&](size_t i, Runner& runner) {
              const sim::CompiledScenario& story = *stories[i / backends_.size()].compiled;
              sim::RunResult plain = runner.run(story, {});
              const Backend& backend = backends_[i % backends_.size()];
              if (!backend.program) return plain;
              return live::runLive(story, {*backend.program, own, patience}, plain);
            },
            [&](size_t i, TimedResult r) {
              progress.step();
              take(stories[i / backends_.size()], backends_[i % backends_.size()], std::move(r));
              if ((i + 1) % backends_.size() != 0) return;
              progress.clear();
              endStory();
            });
    summary_.wallNs =
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - began).count();
    bool written = true;
    for (const auto& report : reports_) written = report->finish(summary_) && written;
    if (summary_.failed != 0) return kClaimFailed;
    return summary_.errors != 0 || !written ? kBadInput : kNothingFailed;
  }

 private:
  void take(const Story& story, const Backend& backend, TimedResult timed) {
    current_.story = &story;
    RunRecord record;
    record.task = {&story, 0, nullptr};
    record.backend = backend.name;
    record.result = std::move(timed.result);
    record.outcome = record.result.outcome;
    record.wallNs = timed.wallNs;
    record.repeat =
        shellWord(terminal_.program) + " run " + shellWord(story.path) + " --backend " + shellWord(backend.asked);
    current_.runs.push_back(std::move(record));
  }

  // What happens sometimes is the business of searches, not of one run each.
  void endStory() {
    for (const auto& report : reports_) report->story(current_);
    summary_.add(current_);
    current_ = {};
  }

  const RunArguments& arguments_;
  const std::vector<Backend>& backends_;
  const Simulator& simulator_;
  const Terminal& terminal_;
  std::vector<std::unique_ptr<RunReport>> reports_;
  StoryResult current_;
  RunSummary summary_;
};

}  // namespace

ExitCode runOnBackends(const RunArguments& arguments, const std::vector<Backend>& backends,
                       const std::vector<Story>& stories, const Simulator& simulator, const Terminal& terminal) {
  for (const auto& [name, given] : {std::pair<std::string_view, bool>{"--seed", arguments.seed != 0},
                                    {"--seeds", arguments.seeds != 0},
                                    {"--check-determinism", arguments.checkDeterminism},
                                    {"--print", arguments.printEvents},
                                    {"--write-witness", arguments.writeWitness},
                                    {"--pcapng", !arguments.pcapng.empty()}}) {
    if (!given) continue;
    terminal.complain("run: " + std::string(name) + ": expected --backend sim with it, found " + arguments.backend);
    return kBadInput;
  }
  const auto patience = script::parseDuration(arguments.patience);
  if (!patience) {
    terminal.complain("run: --patience: expected a duration such as 90s, found '" + arguments.patience + "'");
    return kBadInput;
  }
  return BackendRuns(arguments, backends, stories, simulator, terminal).run(stories, *patience);
}

}  // namespace orrery::cli
