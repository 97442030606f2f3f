#include "cli/run_files.h"

#include <algorithm>

#include "cli/build_info.h"
#include "cli/files.h"
#include "replay/format/run_file_reader.h"

namespace orrery::cli {

replay::RunFile runFileOf(const sim::CompiledScenario& scenario, const sim::RunResult& result,
                          replay::RunFile::Strategy strategy, uint64_t seed) {
  replay::RunFile file;
  file.revision = buildInfo().revision;
  file.preset = buildInfo().preset;
  file.scenario = scenario.path();
  file.scenarioHash = replay::contentHash(scenario.text());
  file.bootstrap = scenario.bootstrapPath();
  file.bootstrapHash = replay::contentHash(scenario.bootstrapText());
  file.strategy = strategy;
  file.seed = seed;
  file.runKey = result.runKey;
  file.events = result.events;
  file.choices = result.choices;
  file.virtualNs = result.virtualTime.inNanoseconds();
  file.hash = result.hash;
  file.checkpoints = result.checkpoints;
  if (result.recording != nullptr) {
    for (const sim::RecordedEvent& e : result.recording->events.events()) {
      if (file.trail.size() == replay::RunFile::kMaxTrail) break;
      file.trail.push_back(static_cast<uint16_t>(e.hashAfter));
    }
  }
  if (!result.failures.empty()) {
    const sim::CheckFailure& f = result.failures.front();
    file.failure = replay::RunFailure{f.check, f.entity, f.at.inNanoseconds(), f.message};
  }
  for (const sim::Deviation& d : result.deviations.items()) file.deviations.push_back({d.text, d.value});
  size_t held = 0;
  for (const sim::NamedFile& f : scenario.namedFiles()) {
    if (held + f.text.size() > replay::RunFile::kMaxNamedFileBytes) continue;
    held += f.text.size();
    file.files.push_back({f.path, f.text});
  }
  // By text, not by key: people read them.
  std::sort(file.deviations.begin(), file.deviations.end());
  return file;
}

ReplayPlan replayPlan(const replay::RunFile& file) {
  ReplayPlan plan;
  sim::Deviations deviations;
  for (const replay::RunDeviation& d : file.deviations) {
    if (!deviations.add(d.choice, d.value)) plan.unknown.push_back(d.choice);
  }
  // The plain run, so that what is claimed of it only is judged again.
  if (file.deviations.empty() && file.runKey == sim::Strategy::kPlainRunKey) return plan;
  plan.strategy = sim::Strategy::replay(std::move(deviations), file.runKey);
  return plan;
}

Result<replay::RunFile> loadRunFile(const std::string& path) {
  const auto text = readWholeFile(path);
  if (!text) return makeError(path + ": " + text.error().message);
  auto file = replay::readRunFile(*text);
  if (!file) return makeError(path + ": " + file.error().message);
  return file;
}

}  // namespace orrery::cli
