#include "cli/replay_command.h"

#include <charconv>

#include "cli/backtrace.h"
#include "cli/first_difference.h"
#include "cli/json.h"
#include "cli/load_run.h"
#include "cli/print_events.h"
#include "cli/replay_fit.h"
#include "cli/run_files.h"
#include "cli/write_capture.h"
#include "sim/report/failure_text.h"
#include "sim/report/text.h"
#include "sim/script/units.h"

namespace orrery::cli {

namespace {

using sim::RunOutcome;

std::optional<TimePoint> parseInstant(const std::string& text) {
  if (const auto d = script::parseDuration(text)) return TimePoint() + *d;
  if (const auto d = script::parseDuration(text + "s")) return TimePoint() + *d;
  return std::nullopt;
}

ExitCode outcomeCode(RunOutcome outcome) {
  if (outcome == RunOutcome::kFail) return kClaimFailed;
  return outcome == RunOutcome::kError ? kBadInput : kNothingFailed;
}

class Replay {
 public:
  Replay(const ReplayArguments& arguments, const Terminal& terminal) : arguments_(arguments), terminal_(terminal) {}

  ExitCode run(const replay::RunFile& file, const Story& story, Runner& runner, TimePoint until) {
    const std::string why = whyLoose(file, *story.compiled);
    const bool strict = why.empty() && !arguments_.loose;
    if (!why.empty()) terminal_.complain("warning: " + arguments_.file + ": " + why + ": replayed loosely");
    const ReplayPlan plan = replayPlan(file);
    sim::RunRequest request;
    request.strategy = plan.strategy;
    request.record = true;
    RunRecord record;
    record.task = {&story, file.seed, nullptr};
    record.result = runner.run(*story.compiled, request);
    record.outcome = record.result.outcome;
    record.repeat = shellWord(terminal_.program) + " replay " + shellWord(arguments_.file);
    ReplayFit fit = compareWithFile(file, record.result, plan.unknown);
    if (strict && !fit.exact && record.result.recording != nullptr) {
      Backtrace made;
      made.of(firstDifferenceIndex(file.trail, *record.result.recording), request);
      if (request.watchedEvent != 0) runner.run(*story.compiled, request);
      fit.text += made.text();
    }
    if (arguments_.printEvents) {
      if (record.result.recording != nullptr) printEventLines(*record.result.recording, until, terminal_);
      if (strict && !fit.exact) terminal_.err << "NOT REPEATED " << arguments_.file << ": " << fit.text;
    } else if (arguments_.json) {
      json(file, record, fit, strict, why);
    } else {
      text(file, record, fit, strict);
    }
    if (strict && !fit.exact) return kNotRepeated;
    return outcomeCode(record.outcome);
  }

 private:
  void text(const replay::RunFile& file, const RunRecord& record, const ReplayFit& fit, bool strict) {
    using Tone = Terminal::Tone;
    const std::string& path = record.task.story->path;
    if (record.outcome == RunOutcome::kPass) {
      terminal_.out << terminal_.toned(Tone::kGood, "pass") << ' ' << path << '\n';
    } else {
      sim::FailureContext context;
      context.claim = record.task.story->scenario().claim;
      context.origin = arguments_.file + " (seed " + std::to_string(file.seed) + ")";
      context.repeat = record.repeat;
      context.width = terminal_.width;
      terminal_.out << terminal_.toned(Tone::kBad, record.outcome == RunOutcome::kFail ? "FAIL" : "ERROR") << ' '
                    << path << '\n'
                    << failureText(record.result, context);
    }
    if (strict) {
      terminal_.out << (fit.exact ? "  " : "NOT REPEATED " + arguments_.file + ": ") << fit.text;
      return;
    }
    const sim::FitReport& f = record.result.fit;
    terminal_.out << "  replayed loosely: " << compareFailures(file, record.result) << "; " << sim::grouped(f.used)
                  << " deviations used, " << sim::grouped(f.clamped) << " out of range, "
                  << sim::grouped(file.deviations.size() - std::min<size_t>(file.deviations.size(), f.used + f.clamped))
                  << " never asked for; hash " << replay::hex64(record.result.hash)
                  << (record.result.hash == file.hash ? ", as in the file" : "") << '\n';
  }

  void json(const replay::RunFile& file, const RunRecord& record, const ReplayFit& fit, bool strict,
            const std::string& why) {
    const sim::FitReport& f = record.result.fit;
    Json replayed;
    replayed["file"] = arguments_.file;
    replayed["mode"] = strict ? "strict" : "loose";
    if (!why.empty()) replayed["warning"] = why;
    replayed["expected_hash"] = replay::hex64(file.hash);
    replayed["equal"] = record.result.hash == file.hash;
    replayed["exact"] = fit.exact;
    replayed["failure"] = compareFailures(file, record.result);
    replayed["fit"] = {
        {"used", f.used},
        {"clamped", f.clamped},
        {"absent", f.absent},
        {"left_over", file.deviations.size() - std::min<size_t>(file.deviations.size(), f.used + f.clamped)}};
    if (strict && !fit.exact) replayed["difference"] = fit.text;
    Json document;
    document["runs"] = Json::array({runJson(record)});
    const auto one = [&record](RunOutcome outcome) { return record.outcome == outcome ? 1 : 0; };
    document["summary"] = {{"stories", 1},
                           {"runs", 1},
                           {"pass", one(RunOutcome::kPass)},
                           {"fail", one(RunOutcome::kFail)},
                           {"error", one(RunOutcome::kError)},
                           {"skip", one(RunOutcome::kSkip)},
                           {"unshown", 0},
                           {"not_judged", record.result.notJudged.size()}};
    document["replay"] = std::move(replayed);
    printJson(terminal_, document);
  }

  const ReplayArguments& arguments_;
  const Terminal& terminal_;
};

}  // namespace

ExitCode replayCommand(const ReplayArguments& arguments, const Simulator& simulator, const Terminal& terminal) {
  TimePoint until = TimePoint::max();
  if (!arguments.until.empty()) {
    const auto instant = parseInstant(arguments.until);
    if (!instant) {
      terminal.complain("replay: --until: expected a time such as 60.005 or 1500ms, found '" + arguments.until + "'");
      return kBadInput;
    }
    until = *instant;
  }
  const auto loaded = loadRun(arguments.file, arguments.scenario, simulator, terminal);
  if (!loaded) return kBadInput;
  const replay::RunFile& file = loaded->file;
  const Story& story = loaded->story;
  const auto runner = simulator.newRunner();
  const ExitCode code = Replay(arguments, terminal).run(file, story, *runner, until);
  if (arguments.pcapng.empty()) return code;
  const bool written =
      writeCapture({arguments.pcapng, arguments.pcapngOf}, story, replayPlan(file).strategy, *runner, terminal);
  return written || code == kClaimFailed ? code : kBadInput;
}

}  // namespace orrery::cli
