#include "cli/run_command.h"

#include <algorithm>
#include <chrono>
#include <regex>
#include <thread>

#include "cli/determinism.h"
#include "cli/discover.h"
#include "cli/failures.h"
#include "cli/file_report.h"
#include "cli/in_order.h"
#include "cli/print_events.h"
#include "cli/progress.h"
#include "cli/run_backends.h"
#include "cli/run_report.h"
#include "cli/write_capture.h"
#include "cli/write_witness.h"

namespace orrery::cli {

namespace {

using sim::RunOutcome;

// Everything of one `orrery run`.
class RunCommand {
 public:
  RunCommand(const RunArguments& arguments, const Simulator& simulator, const Terminal& terminal)
      : arguments_(arguments),
        simulator_(simulator),
        terminal_(terminal),
        again_(simulator.newRunner()),
        failures_(arguments.artifacts, *again_),
        reports_(withFileReports(arguments.json ? newJsonReport(terminal) : newTextReport(terminal, arguments.details),
                                 arguments, terminal)) {
    if (arguments.marks) summary_.marks.emplace();
  }

  ExitCode run(const std::vector<Story>& stories) {
    const auto began = std::chrono::steady_clock::now();
    const uint64_t first = arguments_.seeds > 0 ? 0 : arguments_.seed;
    const uint64_t last = arguments_.seeds > 0 ? arguments_.seeds - 1 : arguments_.seed;
    std::vector<RunTask> tasks = runTasks(stories, first, last, true);
    // Witnesses are replayed in every part: by them a story is known to show what it says happens sometimes.
    size_t seeds = 0;
    std::erase_if(tasks, [&](const RunTask& t) { return t.witness == nullptr && !arguments_.shard.has(seeds++); });
    DeterminismCheck determinism(tasks, jobs(), simulator_.newRunner);
    {
      Progress progress(terminal_, "runs", tasks.size());
      InOrder(jobs(), simulator_.newRunner)
          .run(
              tasks.size(),
              [&](size_t i, Runner& runner) {
                sim::RunRequest request;
                request.strategy = tasks[i].strategy();
                return runner.run(*tasks[i].story->compiled, request);
              },
              [&](size_t i, TimedResult r) {
                progress.step();
                if (arguments_.checkDeterminism) determinism.expect(i, r.result);
                const bool storyEnds = i + 1 == tasks.size() || tasks[i + 1].story != tasks[i].story;
                take(tasks[i], std::move(r));
                if (!storyEnds) return;
                progress.clear();
                endStory();
              });
    }
    if (arguments_.checkDeterminism) {
      const DeterminismCheck::Outcome outcome = determinism.check(terminal_);
      summary_.repeated = true;
      summary_.repetitions = outcome.repetitions;
      summary_.differing = outcome.differing;
      if (outcome.differing != 0) notRepeated(outcome.first);
    }
    summary_.wallNs =
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - began).count();
    for (const auto& report : reports_) unwritten_ = !report->finish(summary_) || unwritten_;
    return exitCode();
  }

 private:
  size_t jobs() const {
    if (arguments_.jobs != 0) return arguments_.jobs;
    return std::max(1u, std::thread::hardware_concurrency());
  }

  void take(const RunTask& task, TimedResult timed) {
    current_.story = task.story;
    RunRecord record;
    record.task = task;
    record.result = std::move(timed.result);
    record.wallNs = timed.wallNs;
    record.outcome = record.result.outcome;
    if (record.outcome == RunOutcome::kFail || record.outcome == RunOutcome::kError) {
      keep(record);
    } else {
      // Nobody asks for these any more, and there may be many runs.
      record.result.checkpoints = {};
      record.result.deviations = {};
      record.result.fit = {};
    }
    if (record.repeat.empty()) record.repeat = repeatCommand(record);
    current_.runs.push_back(std::move(record));
  }

  void keep(RunRecord& record) {
    const uint64_t hash = record.result.hash;
    const std::string word = "seed-" + std::to_string(record.task.seed);
    Failures::Kept kept = failures_.keep(*record.task.story, record.task.strategy(), record.task.seed, hash, word);
    if (!kept.repeated) {
      notRepeated(record.task.story->path + ' ' + record.task.name() + ": it failed with hash " + replay::hex64(hash) +
                  "; run again to be recorded, its hash is " + replay::hex64(kept.result.hash) + '\n');
      return;
    }
    if (!kept.error.empty()) {
      terminal_.complain(kept.error);
      unwritten_ = true;
    }
    // Recordings are large: only the first failure of a story shows its chart.
    if (current_.anyWith(record.outcome)) kept.result.recording.reset();
    record.result = std::move(kept.result);
    record.runFile = kept.file;
    record.page = kept.page;
  }

  std::string repeatCommand(const RunRecord& record) const {
    const std::string program = shellWord(terminal_.program);
    if (!record.runFile.empty()) return program + " replay " + shellWord(record.runFile);
    if (record.task.witness != nullptr) return program + " replay " + shellWord(record.task.witness->path);
    std::string out = program + " run " + shellWord(record.task.story->path);
    return record.task.seed == 0 ? out : out + " --seed " + std::to_string(record.task.seed);
  }

  void endStory() {
    judgeSometimes(current_);
    for (const auto& report : reports_) report->story(current_);
    summary_.add(current_);
    if (arguments_.writeWitness && !current_.story->scenario().sometimes.empty()) {
      unwritten_ = !writeWitness(current_, *again_, terminal_) || unwritten_;
    }
    current_ = {};
  }

  void notRepeated(const std::string& text) {
    if (!notRepeated_) {
      for (const auto& report : reports_) report->notRepeated(text);
    }
    notRepeated_ = true;
  }

  ExitCode exitCode() const {
    if (notRepeated_) return kNotRepeated;
    if (summary_.failed != 0) return kClaimFailed;
    // The script cannot be carried out, the proxy refuses to start, a file cannot be written.
    if (summary_.errors != 0 || unwritten_) return kBadInput;
    return kNothingFailed;
  }

  const RunArguments& arguments_;
  const Simulator& simulator_;
  const Terminal& terminal_;
  std::unique_ptr<Runner> again_;  // for repetitions with a recording
  Failures failures_;
  std::vector<std::unique_ptr<RunReport>> reports_;
  StoryResult current_;
  RunSummary summary_;
  bool notRepeated_ = false;
  bool unwritten_ = false;
};

ExitCode complain(const Terminal& terminal, const std::string& message) {
  terminal.complain(message);
  return kBadInput;
}

}  // namespace

ExitCode runCommand(const RunArguments& arguments, const Simulator& simulator, const Terminal& terminal) {
  if (arguments.marks && arguments.backend != "sim") {
    return complain(terminal, "run: --marks: expected --backend sim, found '" + arguments.backend +
                                  "': what a process takes inside cannot be seen");
  }
  const auto backends = parseBackends(arguments.backend);
  if (!backends) return complain(terminal, backends.error().message);
  auto files = discoverScenarios(arguments.paths);
  if (!files) return complain(terminal, files.error().message);
  if (!arguments.filter.empty()) {
    try {
      const std::regex filter(arguments.filter);
      std::erase_if(*files, [&](const std::string& path) { return !std::regex_search(path, filter); });
    } catch (const std::regex_error&) {
      return complain(terminal, "run: --filter: expected a regular expression, found '" + arguments.filter + "'");
    }
    if (files->empty())
      return complain(terminal, "run: --filter " + arguments.filter + ": no scenario has such a path");
  }
  const auto stories = loadStories(*files, simulator.compile, terminal);
  if (!stories) return kBadInput;
  if (arguments.backend != "sim") return runOnBackends(arguments, *backends, *stories, simulator, terminal);
  if (!arguments.pcapng.empty() && (stories->size() != 1 || arguments.seeds > 1)) {
    const size_t runs = stories->size() * std::max<uint64_t>(arguments.seeds, 1);
    return complain(terminal, "run: --pcapng: expected one run, found " + std::to_string(runs) + " of " +
                                  std::to_string(stories->size()) + " scenarios");
  }
  if (arguments.printEvents) return printEvents(arguments, *stories, simulator, terminal);
  const ExitCode code = RunCommand(arguments, simulator, terminal).run(*stories);
  if (arguments.pcapng.empty()) return code;
  const RunTask task{&stories->front(), arguments.seed, nullptr};
  const bool written = writeCapture({arguments.pcapng, arguments.pcapngOf}, *task.story, task.strategy(),
                                    *simulator.newRunner(), terminal);
  return written || code == kClaimFailed ? code : kBadInput;
}

}  // namespace orrery::cli
