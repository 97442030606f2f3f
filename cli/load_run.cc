#include "cli/load_run.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "cli/files.h"
#include "cli/run_files.h"
#include "sim/script/cases.h"

namespace orrery::cli {

namespace fs = std::filesystem;

namespace {

std::string findFile(const std::string& runFile, const std::string& scenario) {
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

std::string findScenario(const std::string& runFile, const std::string& scenario) {
  const script::CasePath parts = script::splitCase(scenario);
  const std::string found = findFile(runFile, parts.file);
  return parts.name.empty() ? found : found + "#" + parts.name;
}

}  // namespace

std::optional<LoadedRun> loadRun(const std::string& path, const std::string& scenario, const Simulator& simulator,
                                 const Terminal& terminal) {
  auto file = loadRunFile(path);
  if (!file) {
    terminal.complain(file.error().message);
    return std::nullopt;
  }
  const std::string found = scenario.empty() ? findScenario(path, file->scenario) : scenario;
  // What the run read is read again, wherever it is now.
  const auto read = [&held = file->files](const std::string& name) -> Result<std::string> {
    const auto at = std::ranges::find(held, name, &replay::RunNamedFile::path);
    return at != held.end() ? Result<std::string>(at->text) : readWholeFile(name);
  };
  sim::Compiled compiled = simulator.compile(found, read);
  if (compiled.scenario == nullptr) {
    for (const sim::Diagnostic& d : compiled.diagnostics) {
      if (!d.warning) terminal.err << toLine(d) << '\n';
    }
    return std::nullopt;
  }
  return LoadedRun{std::move(*file), Story{found, std::move(compiled.scenario), {}}};
}

}  // namespace orrery::cli
