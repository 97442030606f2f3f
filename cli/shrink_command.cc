#include "cli/shrink_command.h"

#include <chrono>

#include "cli/discover.h"
#include "cli/failing_run.h"
#include "cli/files.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "cli/run_files.h"
#include "replay/format/run_file_writer.h"
#include "sim/explore/shrinker.h"
#include "sim/explore/story_shrinker.h"
#include "sim/report/failure_text.h"
#include "sim/report/text.h"

namespace orrery::cli {

namespace {

constexpr auto kSaveEvery = std::chrono::seconds(5);

// A log as a .run file. Nothing: the run does another thing when it is repeated.
std::optional<replay::RunFile> fileOf(FailingRun& run, const sim::ChoiceLog& log, sim::RunResult& result) {
  sim::RunRequest request;
  request.strategy = log.strategy();
  request.record = true;
  result = run.execute()(request);
  if (!failsAs(result, run.what)) return std::nullopt;
  const auto kind = log.strategy().isPlain() ? replay::RunFile::Strategy::kPlain : replay::RunFile::Strategy::kReplay;
  return runFileOf(*run.loaded.story.compiled, result, kind, 0);
}

// What is left is written to `to` now and then, so that one that is ended goes on from there.
sim::Shrunk shrink(FailingRun& run, uint64_t mostRuns, const std::string& to, const Terminal& terminal) {
  Progress progress(terminal, "runs to make it small", 0);
  auto saved = std::chrono::steady_clock::now();
  uint64_t savedDeviations = run.log.items.size();
  sim::Shrinker shrinker(run.execute(), run.what, mostRuns, [&](const sim::Shrinker::Progress& so) {
    progress.step();
    const auto now = std::chrono::steady_clock::now();
    if (so.deviations >= savedDeviations || now - saved < kSaveEvery) return true;
    saved = now;
    savedDeviations = so.deviations;
    sim::RunResult result;
    const auto file = fileOf(run, so.log, result);
    return !file || writeOrComplain(to, writeRunFile(*file), terminal);
  });
  return shrinker.shrink(run.log);
}

// Begins with what an earlier attempt left at `to`, if that is the same failure with fewer deviations.
void goOnFrom(const std::string& to, FailingRun& run, const Terminal& terminal) {
  const auto before = loadRunFile(to);
  if (!before || before->scenarioHash != run.loaded.file.scenarioHash) return;
  sim::RunRequest request;
  request.strategy = replayPlan(*before).strategy;
  request.listQuestions = true;
  const sim::RunResult result = run.execute()(request);
  const sim::ChoiceLog log = sim::ChoiceLog::of(result);
  if (!failsAs(result, run.what) || log.items.size() >= run.log.items.size()) return;
  terminal.err << "goes on from " << to << ": " << log.items.size() << " of " << run.log.items.size()
               << " deviations\n";
  run.log = log;
}

// The story without what the failure does not need. Nothing: it is complained about.
std::optional<sim::ShrunkStory> shrinkStory(FailingRun& run, const sim::Shrunk& shrunk,
                                            const ShrinkArguments& arguments, const Simulator& simulator,
                                            const Terminal& terminal) {
  Progress progress(terminal, "runs of smaller stories", 0);
  const auto compile = [&](const std::string& text) {
    return simulator
        .compile(arguments.story,
                 [&](const std::string& path) -> Result<std::string> {
                   if (path == arguments.story) return text;
                   return readWholeFile(path);
                 })
        .scenario;
  };
  const auto make = [&](const sim::CompiledScenario& scenario, const sim::RunRequest& request) {
    progress.step();
    return run.runner->run(scenario, request);
  };
  sim::ShrunkStory story =
      sim::StoryShrinker(compile, make, run.what, arguments.runs).shrink(run.loaded.story.compiled->text(), shrunk.log);
  progress.clear();
  if (story.scenario != nullptr) return story;
  terminal.complain("shrink: --story " + arguments.story +
                    ": expected a file in a folder from which the bootstrap is found, as beside " +
                    run.loaded.story.path);
  return std::nullopt;
}

std::string howShrunk(const sim::Shrunk& shrunk) {
  return "shrunk from " + sim::grouped(shrunk.before) + " to " + sim::grouped(shrunk.log.items.size()) +
         " deviations in " + sim::grouped(shrunk.runs) + " runs" + (shrunk.fixed ? "" : " (not to the end)");
}

Json shrunkJson(const FailingRun& run, const sim::Shrunk& shrunk, const sim::RunResult& result, const std::string& to) {
  Json deviations = Json::array();
  for (const sim::Deviation& d : result.deviations.items()) {
    deviations.push_back({{"choice", d.text}, {"value", d.value}});
  }
  Json out;
  out["scenario"] = run.loaded.story.path;
  out["check"] = run.what.check;
  out["cause"] = run.what.cause;
  out["deviations_before"] = shrunk.before;
  out["deviations"] = std::move(deviations);
  out["events_before"] = run.result.events;
  out["events"] = result.events;
  out["runs"] = shrunk.runs;
  out["spared"] = shrunk.spared;
  out["to_the_end"] = shrunk.fixed;
  out["hash"] = replay::hex64(result.hash);
  out["run_file"] = to;
  return out;
}

}  // namespace

ExitCode shrinkCommand(const ShrinkArguments& arguments, const Simulator& simulator, const Terminal& terminal) {
  const auto run = loadFailingRun("shrink", arguments.file, arguments.scenario, simulator, terminal);
  if (run == nullptr) return kBadInput;
  const std::string beside = arguments.story.empty() ? withoutExtension(arguments.file) + ".small.run"
                                                     : withoutExtension(arguments.story) + ".run";
  const std::string to = arguments.output.empty() ? beside : arguments.output;
  const uint64_t before = run->log.items.size();
  if (arguments.story.empty()) goOnFrom(to, *run, terminal);
  sim::Shrunk shrunk = shrink(*run, arguments.runs, to, terminal);
  shrunk.before = before;
  std::string howStory;
  if (!arguments.story.empty() && shrunk.reproduced) {
    const auto story = shrinkStory(*run, shrunk, arguments, simulator, terminal);
    if (!story) return kBadInput;
    if (!writeOrComplain(arguments.story, story->text, terminal)) return kBadInput;
    howStory = "; its story from " + sim::grouped(story->linesBefore) + " to " + sim::grouped(story->lines) + " lines";
    const uint64_t runs = shrunk.runs + story->runs;
    run->loaded.story = {arguments.story, story->scenario, {}};
    run->log = story->log;
    shrunk = shrink(*run, arguments.runs, to, terminal);
    shrunk.before = before;
    shrunk.runs += runs;
  }
  sim::RunResult result;
  const auto file = fileOf(*run, shrunk.log, result);
  if (!shrunk.reproduced || !file || result.hash != shrunk.result.hash) {
    terminal.complain("shrink: " + arguments.file + ": the run does another thing when it is repeated");
    return kNotRepeated;
  }
  if (!writeOrComplain(to, writeRunFile(*file), terminal)) return kBadInput;
  if (arguments.json) {
    printJson(terminal, shrunkJson(*run, shrunk, result, to));
    return kNothingFailed;
  }
  sim::FailureContext context;
  context.claim = run->loaded.story.scenario().claim;
  context.origin = howShrunk(shrunk) + howStory;
  context.repeat = shellWord(terminal.program) + " replay " + shellWord(to);
  context.width = terminal.width;
  terminal.out << terminal.toned(Terminal::Tone::kBad, "FAIL") << ' ' << run->loaded.story.path << '\n'
               << failureText(result, context);
  return kNothingFailed;
}

}  // namespace orrery::cli
