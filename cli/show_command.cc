#include "cli/show_command.h"

#include "cli/files.h"
#include "cli/first_difference.h"
#include "cli/json.h"
#include "cli/recorded_run.h"
#include "cli/run_files.h"
#include "cli/timeline_page.h"
#include "cli/write_capture.h"
#include "sim/core/recorder.h"
#include "sim/report/describe.h"
#include "sim/report/sequence_chart.h"
#include "sim/report/text.h"

namespace orrery::cli {

namespace {

// Writes a page, says so; false: complained about.
bool writePage(const std::string& path, const std::string& page, const Terminal& terminal) {
  if (const Status done = writeWholeFile(path, page); !done) {
    terminal.complain(path + ": " + done.error().message);
    return false;
  }
  return true;
}

sim::TimelineText textOf(const RecordedRun& run, const Terminal& terminal) {
  return {run.story.path, run.story.scenario().claim, run.path + " (seed " + std::to_string(run.file.seed) + ")",
          shellWord(terminal.program) + " replay " + shellWord(run.path)};
}

Json summaryOf(const RecordedRun& run, const sim::RunResult& result) {
  Json failures = Json::array();
  for (const sim::CheckFailure& f : result.failures) {
    failures.push_back({{"check", f.check}, {"at_ns", f.at.inNanoseconds()}, {"message", f.message}});
  }
  Json out;
  out["file"] = run.path;
  out["scenario"] = run.story.path;
  out["result"] = runOutcomeName(result.outcome);
  out["hash"] = replay::hex64(result.hash);
  out["events"] = result.events;
  out["virtual_ns"] = result.virtualTime.inNanoseconds();
  out["failures"] = std::move(failures);
  return out;
}

}  // namespace

ExitCode showCommand(const ShowArguments& arguments, const Simulator& simulator, const Terminal& terminal) {
  const auto run = loadRecordedRun(arguments.file, arguments.scenario, simulator, terminal);
  if (!run) return kBadInput;
  const auto runner = simulator.newRunner();
  const sim::RunResult result = run->again(*runner, terminal);
  if (result.recording == nullptr) {
    terminal.complain(arguments.file + ": nothing to show: " + result.error);
    return kBadInput;
  }
  if (!arguments.html.empty() && !writePage(arguments.html, timelinePage(result, textOf(*run, terminal)), terminal))
    return kBadInput;
  if (!arguments.pcapng.empty() && !writeCapture({arguments.pcapng, arguments.pcapngOf}, run->story,
                                                 replayPlan(run->file).strategy, *runner, terminal)) {
    return kBadInput;
  }
  if (arguments.json) {
    Json out = summaryOf(*run, result);
    if (!arguments.html.empty()) out["html"] = arguments.html;
    if (!arguments.pcapng.empty()) out["pcapng"] = arguments.pcapng;
    printJson(terminal, out);
    return kNothingFailed;
  }
  terminal.out << run->story.path << ": " << runOutcomeName(result.outcome) << ", " << sim::grouped(result.events)
               << " events, " << sim::seconds(result.virtualTime.inNanoseconds(), 3) << " s\n";
  for (const sim::CheckFailure& f : result.failures) {
    terminal.out << "broken at " << sim::seconds(f.at.inNanoseconds(), 9) << " s by check " << f.check << ": "
                 << f.message << '\n';
  }
  for (const std::string& file : {arguments.html, arguments.pcapng}) {
    if (!file.empty()) terminal.out << "written: " << file << '\n';
  }
  if (!arguments.html.empty() || !arguments.pcapng.empty()) return kNothingFailed;
  sim::ChartOptions options;
  options.rows = SIZE_MAX;
  options.width = terminal.width;
  terminal.out << sequenceChart(*result.recording, options);
  return kNothingFailed;
}

ExitCode diffCommand(const DiffArguments& arguments, const Simulator& simulator, const Terminal& terminal) {
  const auto a = loadRecordedRun(arguments.first, "", simulator, terminal);
  const auto b = loadRecordedRun(arguments.second, "", simulator, terminal);
  if (!a || !b) return kBadInput;
  const auto runner = simulator.newRunner();
  const sim::RunResult ofA = a->again(*runner, terminal);
  const sim::RunResult ofB = b->again(*runner, terminal);
  for (const auto& [run, result] : {std::pair{&*a, &ofA}, {&*b, &ofB}}) {
    if (result->recording != nullptr) continue;
    terminal.complain(run->path + ": nothing to compare: " + result->error);
    return kBadInput;
  }
  const ptrdiff_t at = firstDifference(ofA.recording->events, ofB.recording->events);
  const auto position = static_cast<size_t>(at);
  if (!arguments.html.empty()) {
    const std::string page = timelinePage(ofA, textOf(*a, terminal), ofB, textOf(*b, terminal), at);
    if (!writePage(arguments.html, page, terminal)) return kBadInput;
  }
  if (arguments.json) {
    Json out;
    out["runs"] = Json::array({summaryOf(*a, ofA), summaryOf(*b, ofB)});
    out["equal"] = at < 0;
    if (at >= 0) {
      Json first;
      first["event"] = position + 1;
      for (const auto& [name, result] : {std::pair{"first", &ofA}, {"second", &ofB}}) {
        const auto& events = result->recording->events.events();
        first[name] = position < events.size() ? Json(eventLine(*result->recording, events[position])) : Json(nullptr);
      }
      out["first_difference"] = std::move(first);
    }
    if (!arguments.html.empty()) out["html"] = arguments.html;
    printJson(terminal, out);
  } else if (at < 0) {
    terminal.out << "the same " << sim::grouped(ofA.events) << " events, hash " << replay::hex64(ofA.hash) << '\n';
  } else {
    terminal.out << firstDifferenceText(*ofA.recording, a->path, *ofB.recording, b->path);
    if (!arguments.html.empty()) terminal.out << "written: " << arguments.html << '\n';
  }
  return at < 0 ? kNothingFailed : kClaimFailed;
}

}  // namespace orrery::cli
