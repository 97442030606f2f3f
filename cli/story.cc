#include "cli/story.h"

#include <set>

#include "cli/discover.h"
#include "cli/files.h"
#include "cli/run_files.h"

namespace orrery::cli {

std::optional<std::vector<Story>> loadStories(const std::vector<std::string>& files, const CompileScenario& compile,
                                              const Terminal& terminal) {
  std::vector<Story> stories;
  bool bad = false;
  std::set<std::string> warned;  // the same in each case of a file
  for (const std::string& path : eachCase(files)) {
    sim::Compiled compiled = compile(path, readWholeFile);
    for (const sim::Diagnostic& d : compiled.diagnostics) {
      // What a bootstrap is warned of is for `orrery validate`; what a step of the story is, may be why it fails.
      if (d.warning && !d.path.starts_with("story.")) continue;
      const std::string line = toLine(d);
      if (!d.warning || warned.insert(line).second) terminal.err << line << '\n';
    }
    if (compiled.scenario == nullptr) {
      bad = true;
      continue;
    }
    Story story{path, std::move(compiled.scenario), {}};
    for (const std::string& witness : discoverWitnesses(path)) {
      auto file = loadRunFile(witness);
      if (!file) {
        terminal.complain(file.error().message);
        bad = true;
        continue;
      }
      sim::Strategy strategy = replayPlan(*file).strategy;
      story.witnesses.push_back({witness, std::move(*file), std::move(strategy)});
    }
    stories.push_back(std::move(story));
  }
  if (bad) return std::nullopt;
  return stories;
}

}  // namespace orrery::cli
