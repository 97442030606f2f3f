#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/budget.h"
#include "cli/campaign.h"
#include "cli/failures.h"
#include "cli/mark_counts.h"
#include "cli/runner_pool.h"
#include "cli/story.h"
#include "sim/explore/search.h"
#include "sim/explore/shrinker.h"

namespace orrery::cli {

// One cause of failure, made small and written down.
struct ExploredGroup {
  sim::FailureGroup group;
  std::optional<sim::Shrunk> shrunk;
  sim::RunResult result;  // of the run on file, with a recording
  std::string runFile;    // empty: none was written
  std::string error;      // why, or what else could not be written
  bool repeated = true;
  bool kept = true;  // false: it could not be written to the folder of --keep
};

// What a search over one story came to.
struct Explored {
  const Story* story = nullptr;
  uint64_t runs = 0;
  uint64_t errors = 0;
  uint64_t events = 0;
  std::vector<sim::StrategyTally> tallies;
  std::vector<sim::MarkTally> marks;
  std::vector<sim::Covered> covered;
  MarkCounts rare;  // branches of the proxy
  std::vector<ExploredGroup> groups;
  bool exhausted = false;   // nothing was left to try before the budget was
  int64_t wallNs = 0;       // of the search, without shrinking
  bool saved = true;        // false: what it came to could not be written to the folder of --keep
  uint64_t forked = 0;      // runs that were made by forks of others (ForkedRuns)
  uint64_t runsBefore = 0;  // of earlier searches that this one went on from

  bool failed() const;
  std::vector<std::string> unshown() const;
};

struct ExploreOptions {
  uint64_t seed = 0;
  size_t jobs = 1;
  std::vector<std::string> strategies;
  bool shrink = true;
  bool first = false;  // end at the first failure
  sim::Shard shard;
};

// Searches one story within a budget, then makes each cause small and writes its .run file.
// Lifetime: all that is given outlives it. Threading: the calling thread; runs are made on `jobs` others.
class ExploreStory {
 public:
  ExploreStory(const ExploreOptions& options, RunnerPool& runners, Failures& failures, Campaign& campaign,
               const Terminal& terminal)
      : options_(options), runners_(runners), failures_(failures), campaign_(campaign), terminal_(terminal) {}

  Explored explore(const Story& story, const Budget& budget);

 private:
  void search(const Story& story, const Budget& budget, sim::Search& search, Explored& out);
  // What the search so far adds to those before it.
  CampaignStory addUp(const Story& story, const sim::Search& search, int64_t wallNs) const;
  ExploredGroup keep(const Story& story, const Budget& budget, const sim::FailureGroup& group);
  void shrink(const Story& story, const Budget& budget, Runner& runner, ExploredGroup& out);

  const ExploreOptions& options_;
  RunnerPool& runners_;
  Failures& failures_;
  Campaign& campaign_;
  CampaignStory before_;  // of the story that is searched
  const Terminal& terminal_;
};

}  // namespace orrery::cli
