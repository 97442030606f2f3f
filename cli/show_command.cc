#include "cli/show_command.h"

#include "cli/files.h"
#include "cli/first_difference.h"
#include "cli/json.h"
#include "cli/load_run.h"
#include "cli/replay_fit.h"
#include "cli/run_files.h"
#include "cli/write_capture.h"
#include "sim/core/recorder.h"
#include "sim/report/describe.h"
#include "sim/report/page.h"
#include "sim/report/perfetto.h"
#include "sim/report/sequence_chart.h"
#include "sim/report/text.h"
#include "sim/report/timeline.h"
#include "sim/script/cases.h"

namespace orrery::cli {

namespace {

// A run on file, or the plain run of a scenario, and what it does here.
struct Shown {
  std::string path;
  Story story;
  sim::Strategy strategy;
  std::string origin;     // which run it is, for people
  std::string repeat;     // the command
  sim::RunResult result;  // with its recording
};

bool isScenario(const std::string& path) {
  const std::string file = script::splitCase(path).file;
  return file.ends_with(".yaml") || file.ends_with(".yml") || file.ends_with(".json");
}

std::optional<Shown> plainRun(const std::string& path, const Simulator& simulator, const Terminal& terminal) {
  auto stories = loadStories({path}, simulator.compile, terminal);
  if (!stories) return std::nullopt;
  if (stories->size() != 1) {
    terminal.complain(path + ": expected one of its cases: " + stories->front().path);
    return std::nullopt;
  }
  return Shown{path,
               std::move(stories->front()),
               sim::Strategy::plain(),
               "the plain run",
               shellWord(terminal.program) + " run " + shellWord(path),
               {}};
}

// Says in a line of warning why it may go another way here, if it may.
std::optional<Shown> runOnFile(const std::string& path, const std::string& scenario, const Simulator& simulator,
                               const Terminal& terminal) {
  auto loaded = loadRun(path, scenario, simulator, terminal);
  if (!loaded) return std::nullopt;
  if (const std::string why = whyLoose(loaded->file, *loaded->story.compiled); !why.empty()) {
    terminal.complain("warning: " + path + ": " + why + ": replayed loosely");
  }
  return Shown{path,
               std::move(loaded->story),
               replayPlan(loaded->file).strategy,
               path + " (seed " + std::to_string(loaded->file.seed) + ")",
               shellWord(terminal.program) + " replay " + shellWord(path),
               {}};
}

// Nothing: complained about.
std::optional<Shown> showAgain(const std::string& path, const std::string& scenario, const Simulator& simulator,
                               Runner& runner, const Terminal& terminal) {
  auto shown = isScenario(path) ? plainRun(path, simulator, terminal) : runOnFile(path, scenario, simulator, terminal);
  if (!shown) return std::nullopt;
  sim::RunRequest request;
  request.strategy = shown->strategy;
  request.record = true;
  shown->result = runner.run(*shown->story.compiled, request);
  if (shown->result.recording == nullptr) {
    terminal.complain(path + ": nothing to show: " + shown->result.error);
    return std::nullopt;
  }
  return shown;
}

sim::TimelineText textOf(const Shown& s) { return {s.story.path, s.story.scenario().claim, s.origin, s.repeat}; }

Json summaryOf(const Shown& s) {
  const sim::RunResult& result = s.result;
  Json out;
  out["file"] = s.path;
  out["scenario"] = s.story.path;
  out["result"] = runOutcomeName(result.outcome);
  out["hash"] = replay::hex64(result.hash);
  out["events"] = result.events;
  out["virtual_ns"] = result.virtualTime.inNanoseconds();
  out["failures"] = failuresJson(result);
  return out;
}

}  // namespace

ExitCode showCommand(const ShowArguments& arguments, const Simulator& simulator, const Terminal& terminal) {
  const auto runner = simulator.newRunner();
  const auto shown = showAgain(arguments.file, arguments.scenario, simulator, *runner, terminal);
  if (!shown) return kBadInput;
  const sim::RunResult& result = shown->result;
  if (!arguments.html.empty() &&
      !writeOrComplain(arguments.html, sim::timelinePage({timelineJson(result, textOf(*shown))}, std::nullopt),
                       terminal)) {
    return kBadInput;
  }
  if (!arguments.perfetto.empty() &&
      !writeOrComplain(arguments.perfetto, sim::perfettoTrace(result, shown->story.scenario()), terminal)) {
    return kBadInput;
  }
  if (!arguments.pcapng.empty() &&
      !writeCapture({arguments.pcapng, arguments.pcapngOf}, shown->story, shown->strategy, *runner, terminal)) {
    return kBadInput;
  }
  if (arguments.json) {
    Json out = summaryOf(*shown);
    if (!arguments.html.empty()) out["html"] = arguments.html;
    if (!arguments.perfetto.empty()) out["perfetto"] = arguments.perfetto;
    if (!arguments.pcapng.empty()) out["pcapng"] = arguments.pcapng;
    printJson(terminal, out);
    return kNothingFailed;
  }
  terminal.out << shown->story.path << ": " << runOutcomeName(result.outcome) << ", " << sim::grouped(result.events)
               << " events, " << sim::seconds(result.virtualTime.inNanoseconds(), 3) << " s\n";
  for (const sim::CheckFailure& f : result.failures) {
    terminal.out << "broken at " << sim::seconds(f.at.inNanoseconds(), 9) << " s by check " << f.check << ": "
                 << f.message << '\n';
  }
  bool written = false;
  for (const std::string& file : {arguments.html, arguments.perfetto, arguments.pcapng}) {
    if (file.empty()) continue;
    terminal.out << "written: " << file << '\n';
    written = true;
  }
  if (written) return kNothingFailed;
  sim::ChartOptions options;
  options.rows = SIZE_MAX;
  options.width = terminal.width;
  terminal.out << sequenceChart(*result.recording, options);
  return kNothingFailed;
}

ExitCode diffCommand(const DiffArguments& arguments, const Simulator& simulator, const Terminal& terminal) {
  const auto runner = simulator.newRunner();
  const auto a = showAgain(arguments.first, "", simulator, *runner, terminal);
  const auto b = showAgain(arguments.second, "", simulator, *runner, terminal);
  if (!a || !b) return kBadInput;
  const sim::Recording& ofA = *a->result.recording;
  const sim::Recording& ofB = *b->result.recording;
  const ptrdiff_t at = firstDifference(ofA.events, ofB.events);
  const std::optional<size_t> part = at < 0 ? std::nullopt : std::optional(static_cast<size_t>(at));
  if (!arguments.html.empty()) {
    const std::string page =
        sim::timelinePage({timelineJson(a->result, textOf(*a)), timelineJson(b->result, textOf(*b))}, part);
    if (!writeOrComplain(arguments.html, page, terminal)) return kBadInput;
  }
  if (arguments.json) {
    Json out;
    out["runs"] = Json::array({summaryOf(*a), summaryOf(*b)});
    out["equal"] = !part;
    if (part) {
      Json first;
      first["event"] = *part + 1;
      for (const auto& [name, recording] : {std::pair{"first", &ofA}, {"second", &ofB}}) {
        const auto& events = recording->events.events();
        first[name] = *part < events.size() ? Json(eventLine(*recording, events[*part])) : Json(nullptr);
      }
      out["first_difference"] = std::move(first);
    }
    if (!arguments.html.empty()) out["html"] = arguments.html;
    printJson(terminal, out);
  } else if (!part) {
    terminal.out << "the same " << sim::grouped(a->result.events) << " events, hash " << replay::hex64(a->result.hash)
                 << '\n';
  } else {
    terminal.out << firstDifferenceText(ofA, a->path, ofB, b->path);
    if (!arguments.html.empty()) terminal.out << "written: " << arguments.html << '\n';
  }
  return !part ? kNothingFailed : kClaimFailed;
}

}  // namespace orrery::cli
