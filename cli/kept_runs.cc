#include "cli/kept_runs.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/discover.h"
#include "cli/files.h"
#include "cli/run_files.h"

namespace orrery::cli {

namespace fs = std::filesystem;

namespace {
std::string normal(const std::string& path) { return fs::path(path).lexically_normal().string(); }
}  // namespace

KeptRuns::KeptRuns(std::string folder, const Terminal& terminal) : folder_(std::move(folder)), terminal_(terminal) {
  if (folder_.empty()) return;
  std::error_code error;
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    if (entry.path().extension() == ".run") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  for (const std::string& path : files) {
    const auto file = loadRunFile(path);
    if (!file) {
      terminal_.complain("warning: " + file.error().message + ": skipped");
      continue;
    }
    runs_.push_back({normal(file->scenario), replayPlan(*file).strategy});
  }
}

std::vector<sim::Strategy> KeptRuns::of(const std::string& scenario) const {
  std::vector<sim::Strategy> out;
  for (const Kept& k : runs_) {
    if (k.scenario == normal(scenario)) out.push_back(k.strategy);
  }
  return out;
}

std::string KeptRuns::add(const std::string& scenario, const std::string& runFile) {
  const auto text = readWholeFile(runFile);
  const std::string name = fs::path(withoutExtension(scenario)).filename().string();
  if (!text) {
    terminal_.complain(runFile + ": " + text.error().message);
    return "";
  }
  const std::string to = name + "." + replay::contentHash(*text).substr(0, 12) + ".run";
  return writeOrComplain((fs::path(folder_) / to).string(), *text, terminal_) ? to : "";
}

}  // namespace orrery::cli
