#include "cli/list_command.h"

#include "cli/build_info.h"
#include "cli/discover.h"
#include "cli/json.h"
#include "replay/format/run_file.h"
#include "sim/report/text.h"

namespace orrery::cli {

namespace {

std::string oneLine(const std::string& text) { return sim::wrapped(text, static_cast<size_t>(-1), 0); }

Json textsOf(const std::vector<sim::Expectation>& expectations) {
  Json out = Json::array();
  for (const sim::Expectation& e : expectations) out.push_back(e.text);
  return out;
}

void printDetails(const Story& story, const Terminal& terminal) {
  const sim::Scenario& s = story.scenario();
  if (!s.source.empty()) terminal.out << "    source    " << oneLine(s.source) << '\n';
  terminal.out << "    bootstrap " << story.compiled->bootstrapPath() << '\n';
  for (const sim::Override& o : s.proxy.overrides) terminal.out << "    override  " << o.path << '\n';
  const auto print = [&terminal](std::string_view when, const std::vector<sim::Expectation>& expectations) {
    for (const sim::Expectation& e : expectations)
      terminal.out << "    " << sim::padded(when, 9) << ' ' << e.text << '\n';
  };
  print("always", s.always);
  print("sometimes", s.sometimes);
  print("default", s.plain);
  for (const Witness& w : story.witnesses) terminal.out << "    witness   " << w.path << '\n';
}

}  // namespace

ExitCode listCommand(const ListArguments& arguments, const Simulator& simulator, const Terminal& terminal) {
  const auto files = discoverScenarios(arguments.paths);
  if (!files) {
    terminal.complain(files.error().message);
    return kBadInput;
  }
  const auto stories = loadStories(*files, simulator.compile, terminal);
  if (!stories) return kBadInput;
  Json scenarios = Json::array();
  for (const Story& story : *stories) {
    const sim::Scenario& s = story.scenario();
    if (!arguments.json) {
      terminal.out << story.path << ": " << oneLine(s.claim) << '\n';
      if (arguments.details) printDetails(story, terminal);
      continue;
    }
    Json one;
    one["scenario"] = story.path;
    one["claim"] = s.claim;
    one["source"] = s.source;
    one["bootstrap"] = story.compiled->bootstrapPath();
    one["overrides"] = Json::array();
    for (const sim::Override& o : s.proxy.overrides) one["overrides"].push_back(o.path);
    one["always"] = textsOf(s.always);
    one["sometimes"] = textsOf(s.sometimes);
    one["default"] = textsOf(s.plain);
    one["witnesses"] = story.witnesses.size();
    scenarios.push_back(std::move(one));
  }
  if (arguments.json) printJson(terminal, Json{{"scenarios", std::move(scenarios)}});
  return kNothingFailed;
}

ExitCode versionCommand(const VersionArguments& arguments, const Terminal& terminal) {
  const BuildInfo& build = buildInfo();
  if (arguments.json) {
    printJson(terminal, Json{{"version", build.version},
                             {"revision", build.revision},
                             {"preset", build.preset},
                             {"compiler", build.compiler},
                             {"run_format", replay::RunFile::kVersion}});
  } else {
    terminal.out << "orrery " << build.version << " (" << build.revision << ", " << build.preset << ", "
                 << build.compiler << ")\n";
  }
  return kNothingFailed;
}

}  // namespace orrery::cli
