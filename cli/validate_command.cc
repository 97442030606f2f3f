#include "cli/validate_command.h"

#include <algorithm>
#include <filesystem>

#include "cli/discover.h"
#include "cli/files.h"
#include "cli/json.h"
#include "replay/format/run_file_reader.h"

namespace orrery::cli {

namespace {

struct Verdict {
  std::string file;
  std::string_view kind;  // "bootstrap", "scenario", "run"
  std::vector<sim::Diagnostic> diagnostics;
  std::string longForm;
  size_t errors = 0;
  size_t warnings = 0;

  std::string_view result() const { return errors != 0 ? "refused" : warnings != 0 ? "warnings" : "clean"; }
};

void judge(Verdict& verdict, const Simulator& simulator, bool details) {
  const auto text = readWholeFile(verdict.file);
  if (!text) {
    verdict.kind = "unreadable";
    const bool missing = !std::filesystem::exists(verdict.file);
    verdict.diagnostics.push_back(
        {false, verdict.file, 0, 0, "", text.error().message + (missing ? nearestFile(verdict.file) : "")});
  } else if (looksLikeBootstrap(*text)) {
    verdict.kind = "bootstrap";
    verdict.diagnostics = simulator.checkBootstrap(*text, verdict.file);
  } else if (text->starts_with("orrery-run ")) {
    verdict.kind = "run";
    if (const auto file = replay::readRunFile(*text); !file) {
      verdict.diagnostics.push_back({false, verdict.file, 0, 0, "", file.error().message});
    }
  } else {
    verdict.kind = "scenario";
    // What is wrong in the file is wrong in each of its cases: said once.
    for (const std::string& path : eachCase({verdict.file})) {
      const sim::Compiled compiled = simulator.compile(path, readWholeFile);
      for (const sim::Diagnostic& d : compiled.diagnostics) {
        const auto same = [&](const sim::Diagnostic& other) { return toLine(other) == toLine(d); };
        if (std::none_of(verdict.diagnostics.begin(), verdict.diagnostics.end(), same))
          verdict.diagnostics.push_back(d);
      }
      if (details && compiled.scenario != nullptr) verdict.longForm += simulator.longForm(compiled.scenario->text());
    }
  }
  const auto warnings =
      std::count_if(verdict.diagnostics.begin(), verdict.diagnostics.end(), [](const auto& d) { return d.warning; });
  verdict.warnings = static_cast<size_t>(warnings);
  verdict.errors = verdict.diagnostics.size() - verdict.warnings;
}

std::string counted(size_t n, std::string_view what) {
  return std::to_string(n) + ' ' + std::string(what) + (n == 1 ? "" : "s");
}

void printText(const Verdict& v, const Terminal& terminal) {
  using Tone = Terminal::Tone;
  for (const sim::Diagnostic& d : v.diagnostics) terminal.out << toLine(d) << '\n';
  const Tone tone = v.errors != 0 ? Tone::kBad : v.warnings != 0 ? Tone::kDoubtful : Tone::kGood;
  terminal.out << v.file << ": " << terminal.toned(tone, v.result()) << " (" << v.kind;
  if (v.errors != 0) terminal.out << ", " << counted(v.errors, "error");
  if (v.warnings != 0) terminal.out << ", " << counted(v.warnings, "warning");
  terminal.out << ")\n" << v.longForm;
}

Json verdictJson(const Verdict& v) {
  Json findings = Json::array();
  for (const sim::Diagnostic& d : v.diagnostics) {
    findings.push_back({{"severity", d.warning ? "warning" : "error"},
                        {"file", d.file},
                        {"line", d.line},
                        {"column", d.column},
                        {"path", d.path},
                        {"message", d.message}});
  }
  Json out;
  out["file"] = v.file;
  out["kind"] = v.kind;
  out["result"] = v.result();
  out["findings"] = std::move(findings);
  if (!v.longForm.empty()) out["long"] = v.longForm;
  return out;
}

}  // namespace

ExitCode validateCommand(const ValidateArguments& arguments, const Simulator& simulator, const Terminal& terminal) {
  Json files = Json::array();
  size_t refused = 0;
  size_t warned = 0;
  for (const std::string& file : arguments.files) {
    Verdict verdict;
    verdict.file = file;
    judge(verdict, simulator, arguments.details);
    if (verdict.errors != 0) {
      ++refused;
    } else if (verdict.warnings != 0) {
      ++warned;
    }
    if (arguments.json) {
      files.push_back(verdictJson(verdict));
    } else {
      printText(verdict, terminal);
    }
  }
  if (arguments.json) {
    Json document;
    const size_t clean = arguments.files.size() - refused - warned;
    document["files"] = std::move(files);
    document["summary"] = {{"clean", clean}, {"warnings", warned}, {"refused", refused}};
    printJson(terminal, document);
  }
  return refused != 0 || (arguments.strict && warned != 0) ? kBadInput : kNothingFailed;
}

}  // namespace orrery::cli
