#include "cli/discover.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "cli/files.h"
#include "proxy/base/did_you_mean.h"
#include "sim/script/cases.h"

namespace orrery::cli {

namespace fs = std::filesystem;

namespace {

bool hasScenarioExtension(const fs::path& path) {
  const fs::path e = path.extension();
  return e == ".yaml" || e == ".yml" || e == ".json";
}

Status walk(const fs::path& folder, std::vector<std::string>& out) {
  std::error_code error;
  std::vector<fs::path> entries;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    entries.push_back(it->path());
  }
  if (error) return makeError(folder.string() + ": " + error.message());
  std::sort(entries.begin(), entries.end());
  for (const fs::path& entry : entries) {
    const fs::file_status status = fs::status(entry, error);
    if (fs::is_directory(status)) {
      if (entry.filename() == "bootstraps" || entry.filename().string().starts_with('.')) continue;
      if (Status s = walk(entry, out); !s) return s;
    } else if (hasScenarioExtension(entry)) {
      // Unreadable files are kept: whoever compiles them says what is wrong.
      const auto text = readWholeFile(entry.string());
      if (!text || !looksLikeBootstrap(*text)) out.push_back(entry.string());
    }
  }
  return {};
}

// The key that a line of a top-level YAML mapping begins with, or of a JSON one: `claim: x`, `  "claim": "x"`.
std::string_view keyOfLine(std::string_view line, bool json) {
  if (json) {
    const size_t quote = line.find_first_not_of(" \t{");
    if (quote == std::string_view::npos || line[quote] != '"') return {};
    line.remove_prefix(quote + 1);
    return line.substr(0, line.find('"'));
  }
  const size_t colon = line.find(':');
  return colon == std::string_view::npos ? std::string_view() : line.substr(0, colon);
}

}  // namespace

std::string nearestFile(const std::string& path) {
  const fs::path wanted(script::splitCase(path).file);
  const fs::path folder = wanted.has_parent_path() ? wanted.parent_path() : fs::path(".");
  std::error_code error;
  std::vector<std::string> names;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (hasScenarioExtension(it->path()) || it->is_directory(error)) names.push_back(it->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  const auto sameStem = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
    return wanted.has_stem() && fs::path(name).stem() == wanted.stem();
  });
  const std::string name = sameStem != names.end()
                               ? *sameStem
                               : std::string(nearestOf(wanted.filename().string(), {names.begin(), names.end()}));
  if (name.empty()) return "";
  return "; did you mean '" + (wanted.has_parent_path() ? (folder / name).string() : name) + "'?";
}

bool looksLikeBootstrap(std::string_view text) {
  constexpr std::array<std::string_view, 8> kBootstrap = {
      "static_resources", "dynamic_resources", "admin",       "node",
      "layered_runtime",  "cluster_manager",   "stats_sinks", "overload_manager"};
  constexpr std::array<std::string_view, 4> kScenario = {"claim", "story", "always", "hosts"};
  const size_t first = text.find_first_not_of(" \t\r\n");
  const bool json = first != std::string_view::npos && text[first] == '{';
  bool bootstrap = false;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view key = keyOfLine(text.substr(0, end), json);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (std::find(kScenario.begin(), kScenario.end(), key) != kScenario.end()) return false;
    if (std::find(kBootstrap.begin(), kBootstrap.end(), key) != kBootstrap.end()) bootstrap = true;
  }
  return bootstrap;
}

Result<std::vector<std::string>> discoverScenarios(const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  for (const std::string& given : paths) {
    const fs::path path = fs::path(given).lexically_normal();
    std::error_code error;
    const fs::file_status status = fs::status(script::splitCase(path.string()).file, error);
    if (error || status.type() == fs::file_type::not_found) {
      const bool missing = !error || error == std::errc::no_such_file_or_directory;
      return makeError(given + ": " + (error ? error.message() : "No such file or directory") +
                       (missing ? nearestFile(path.string()) : ""));
    }
    if (!fs::is_directory(status)) {
      if (path.extension() == ".run") return makeError(given + ": this is a recorded run: orrery replay " + given);
      out.push_back(path.string());
      continue;
    }
    const size_t before = out.size();
    if (Status s = walk(path.has_filename() || path == path.root_path() ? path : path.parent_path(), out); !s) {
      return std::unexpected(s.error());
    }
    if (out.size() == before) return makeError(given + ": expected scenarios (*.yaml) in this folder, found none");
  }
  std::vector<std::string> once;
  for (std::string& path : out) {
    if (std::find(once.begin(), once.end(), path) == once.end()) once.push_back(std::move(path));
  }
  return once;
}

std::string withoutExtension(const std::string& path) {
  const script::CasePath parts = script::splitCase(path);
  const std::string stem = fs::path(parts.file).replace_extension().string();
  return parts.name.empty() ? stem : stem + "." + parts.name;
}

std::vector<std::string> eachCase(const std::vector<std::string>& files) {
  std::vector<std::string> out;
  for (const std::string& file : files) {
    const auto text = readWholeFile(file);
    const std::vector<std::string> names = text ? script::caseNames(*text) : std::vector<std::string>();
    if (names.empty()) out.push_back(file);
    for (const std::string& name : names) out.push_back(file + "#" + name);
  }
  return out;
}

std::vector<std::string> discoverWitnesses(const std::string& scenario) {
  const fs::path stem = withoutExtension(scenario);
  const fs::path folder = stem.has_parent_path() ? stem.parent_path() : fs::path(".");
  const std::string prefix = stem.filename().string() + ".witness.";
  std::vector<std::string> out;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(".run")) out.push_back((stem.parent_path() / name).string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace orrery::cli
