#include "cli/explore_command.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/budget.h"
#include "cli/discover.h"
#include "cli/explore_report.h"
#include "cli/file_report.h"
#include "proxy/base/did_you_mean.h"

namespace orrery::cli {

namespace {

using std::chrono::steady_clock;

int64_t since(steady_clock::time_point began) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(steady_clock::now() - began).count();
}

// One line of complaint, or nothing.
std::string checkStrategies(const std::vector<std::string>& wanted) {
  const auto& names = sim::Search::strategyNames();
  for (const std::string& name : wanted) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    std::string list;
    for (const std::string_view n : names) list += (list.empty() ? "" : ", ") + std::string(n);
    return "explore: --strategy: expected " + list + ", found '" + name + "'" + didYouMean(name, names);
  }
  return "";
}

ExploreOptions optionsOf(const ExploreArguments& arguments) {
  ExploreOptions out;
  out.seed = arguments.seed;
  out.jobs = arguments.jobs != 0 ? arguments.jobs : std::max(1u, std::thread::hardware_concurrency());
  out.strategies = arguments.strategies;
  out.shrink = !arguments.noShrink;
  out.first = arguments.first;
  out.shard = arguments.shard;
  return out;
}

// Everything of one `orrery explore`.
class ExploreCommand {
 public:
  ExploreCommand(const ExploreArguments& arguments, const Simulator& simulator, const Terminal& terminal)
      : terminal_(terminal),
        options_(optionsOf(arguments)),
        runners_(simulator.newRunner),
        again_(runners_.lend()),
        failures_(arguments.artifacts, *again_),
        campaign_(arguments.keep, arguments.seed, options_.shard, terminal),
        report_(arguments.json ? newExploreJsonReport(terminal) : newExploreTextReport(terminal, arguments.marks)),
        files_(fileReports(arguments.junit, arguments.sarif, terminal)) {}

  ExitCode run(const std::vector<Story>& stories, const Budget& budget) {
    const auto began = steady_clock::now();
    ExploreStory explorer(options_, runners_, failures_, campaign_, terminal_);
    Budget left = budget;
    for (size_t i = 0; i < stories.size(); ++i) {
      const Explored explored = explorer.explore(stories[i], left.share(stories.size() - i));
      left.runs -= std::min(left.runs, explored.runs);
      left.ns -= std::min(left.ns, explored.wallNs);
      if (budget.runs != 0 && left.runs == 0) left.runs = 1;  // the plain run of each of the others
      take(explored);
    }
    summary_.wallNs = since(began);
    report_->finish(summary_);
    inFiles_.wallNs = summary_.wallNs;
    for (const auto& file : files_) unwritten_ = !file->finish(inFiles_) || unwritten_;
    if (notRepeated_) return kNotRepeated;
    if (failed_) return kClaimFailed;
    return summary_.errors != 0 || unwritten_ ? kBadInput : kNothingFailed;
  }

 private:
  void take(const Explored& explored) {
    ++summary_.stories;
    summary_.runs += explored.runs;
    summary_.rare.add(explored.rare);
    if (!explored.unshown().empty()) ++summary_.unshown;
    unwritten_ = unwritten_ || !explored.saved;
    for (const ExploredGroup& g : explored.groups) {
      ++(g.group.what.check == "error" ? summary_.errors : summary_.causes);
      if (!g.error.empty()) {
        terminal_.complain(g.error);
        unwritten_ = true;
      }
      unwritten_ = unwritten_ || !g.kept;
      if (g.repeated) continue;
      terminal_.complain(explored.story->path + ": a run that failed check " + g.group.what.check + " with hash " +
                         replay::hex64(g.group.hash) + " does another thing when it is repeated");
      for (const auto& file : files_)
        file->notRepeated(explored.story->path + ": check " + g.group.what.check + ", hash " +
                          replay::hex64(g.group.hash));
      notRepeated_ = true;
    }
    failed_ = failed_ || explored.failed();
    report_->story(explored);
    if (files_.empty()) return;
    const StoryResult result = resultOf(explored, terminal_);
    inFiles_.add(result);
    for (const auto& file : files_) file->story(result);
  }

  const Terminal& terminal_;
  const ExploreOptions options_;
  RunnerPool runners_;
  std::unique_ptr<Runner> again_;  // for repetitions with a recording
  Failures failures_;
  Campaign campaign_;
  std::unique_ptr<ExploreReport> report_;
  std::vector<std::unique_ptr<RunReport>> files_;  // --junit, --sarif
  RunSummary inFiles_;
  ExploreSummary summary_;
  bool failed_ = false;
  bool notRepeated_ = false;
  bool unwritten_ = false;
};

}  // namespace

ExitCode exploreCommand(const ExploreArguments& arguments, const Simulator& simulator, const Terminal& terminal) {
  const auto complain = [&terminal](const std::string& message) {
    terminal.complain(message);
    return kBadInput;
  };
  const auto budget = Budget::parse(arguments.budget);
  if (!budget) {
    return complain("explore: --budget: expected a time or a number of runs such as 60s or 5000runs, found '" +
                    arguments.budget + "'");
  }
  if (const std::string wrong = checkStrategies(arguments.strategies); !wrong.empty()) return complain(wrong);
  const auto files = discoverScenarios(arguments.paths);
  if (!files) return complain(files.error().message);
  const auto stories = loadStories(*files, simulator.compile, terminal);
  if (!stories) return kBadInput;
  return ExploreCommand(arguments, simulator, terminal).run(*stories, *budget);
}

}  // namespace orrery::cli
