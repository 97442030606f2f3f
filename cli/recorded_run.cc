#include "cli/recorded_run.h"

#include <filesystem>
#include <system_error>

#include "cli/files.h"
#include "cli/replay_fit.h"
#include "cli/run_files.h"

namespace orrery::cli {

namespace fs = std::filesystem;

namespace {

// Where the file says, seen from here; else seen from the .run file's folder and each folder above it; else beside it.
std::string findScenario(const std::string& runFile, const std::string& scenario) {
  std::error_code error;
  if (fs::exists(scenario, error)) return scenario;
  fs::path folder = fs::absolute(runFile, error).parent_path();
  const fs::path beside = folder / fs::path(scenario).filename();
  if (fs::exists(beside, error)) return beside.string();
  for (int i = 0; i < 16 && !folder.empty(); ++i) {
    if (fs::exists(folder / scenario, error)) return (folder / scenario).lexically_normal().string();
    if (folder == folder.parent_path()) break;
    folder = folder.parent_path();
  }
  return scenario;
}

}  // namespace

sim::RunResult RecordedRun::again(Runner& runner, const Terminal& terminal) const {
  if (const std::string why = whyLoose(file, *story.compiled); !why.empty()) {
    terminal.complain("warning: " + path + ": " + why + ": replayed loosely");
  }
  sim::RunRequest request;
  request.strategy = replayPlan(file).strategy;
  request.record = true;
  return runner.run(*story.compiled, request);
}

std::optional<RecordedRun> loadRecordedRun(const std::string& path, const std::string& scenario,
                                           const Simulator& simulator, const Terminal& terminal) {
  auto file = loadRunFile(path);
  if (!file) {
    terminal.complain(file.error().message);
    return std::nullopt;
  }
  const std::string at = scenario.empty() ? findScenario(path, file->scenario) : scenario;
  sim::Compiled compiled = simulator.compile(at, readWholeFile);
  if (compiled.scenario == nullptr) {
    for (const sim::Diagnostic& d : compiled.diagnostics) {
      if (!d.warning) terminal.err << toLine(d) << '\n';
    }
    return std::nullopt;
  }
  return RecordedRun{path, std::move(*file), Story{at, std::move(compiled.scenario), {}}};
}

}  // namespace orrery::cli
