#include "cli/replay_fit.h"

#include "cli/build_info.h"
#include "cli/first_difference.h"
#include "sim/report/text.h"

namespace orrery::cli {

namespace {

// The event, by the file's trail; where that says nothing (a long run, an edited file), the stretch between two checkpoints.
std::string whereItParts(const replay::RunFile& file, const sim::RunResult& result) {
  if (result.recording != nullptr) {
    if (std::string event = firstDifferenceText(file.trail, *result.recording); !event.empty()) return event;
  }
  const Stretch stretch = partingStretch(file.checkpoints, file.events, result.checkpoints, result.events);
  const std::string text = "between items " + sim::grouped(stretch.first) + " and " + sim::grouped(stretch.last) +
                           "; these are they here:\n";
  return result.recording == nullptr ? text : text + stretchText(*result.recording, stretch);
}

}  // namespace

std::string whyLoose(const replay::RunFile& file, const sim::CompiledScenario& scenario) {
  std::string out;
  const auto add = [&out](const std::string& reason) { out += (out.empty() ? "" : ", ") + reason; };
  if (file.revision != buildInfo().revision) {
    add("recorded by revision " + file.revision + ", this is " + std::string(buildInfo().revision));
  }
  if (file.preset != buildInfo().preset) {
    add("recorded by preset " + file.preset + ", this is " + std::string(buildInfo().preset));
  }
  if (file.scenarioHash != replay::contentHash(scenario.text())) add("the scenario has changed");
  if (file.bootstrapHash != replay::contentHash(scenario.bootstrapText())) add("the bootstrap has changed");
  return out;
}

ReplayFit compareWithFile(const replay::RunFile& file, const sim::RunResult& result,
                          const std::vector<std::string>& unknownDeviations) {
  ReplayFit fit;
  const sim::FitReport& f = result.fit;
  const size_t leftOver = f.leftOver.size() + unknownDeviations.size();
  if (result.hash == file.hash && f.exact() && unknownDeviations.empty()) {
    fit.exact = true;
    fit.text =
        "repeated exactly: hash " + replay::hex64(result.hash) + ", " + sim::grouped(result.events) + " events\n";
    return fit;
  }
  if (result.hash != file.hash) {
    fit.text = "hash " + replay::hex64(file.hash) + " in the file, " + replay::hex64(result.hash) + " here (" +
               sim::grouped(file.events) + " items in the file, " + sim::grouped(result.events) +
               " here)\n  first difference: " + whereItParts(file, result);
  } else {
    fit.text = "the hash is that of the file, but not all of its deviations were used\n";
  }
  fit.text += "  deviations: " + sim::grouped(f.used) + " used, " + sim::grouped(f.clamped) + " out of range, " +
              sim::grouped(leftOver) + " never asked for\n";
  for (const sim::Deviation& d : f.leftOver) fit.text += "    never asked for: " + d.text + '\n';
  for (const std::string& text : unknownDeviations) fit.text += "    not known to this build: " + text + '\n';
  return fit;
}

std::string compareFailures(const replay::RunFile& file, const sim::RunResult& result) {
  const bool fails = result.outcome == sim::RunOutcome::kFail;
  if (!file.failure) return fails ? "it fails here; in the file it passed" : "it passes, as in the file";
  if (!fails) return "it does not fail here; in the file check " + file.failure->check + " did";
  for (const sim::CheckFailure& f : result.failures) {
    if (f.check == file.failure->check) return "the same failure: check " + f.check;
  }
  return "another failure: check " + result.failures.front().check + ", in the file " + file.failure->check;
}

}  // namespace orrery::cli
