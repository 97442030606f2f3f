#pragma once

#include <memory>

#include "cli/explore_story.h"
#include "cli/story_result.h"
#include "cli/terminal.h"

namespace orrery::cli {

struct ExploreSummary {
  uint64_t stories = 0;
  uint64_t runs = 0;
  uint64_t causes = 0;  // of failures
  uint64_t errors = 0;  // causes that are no failures: a story that cannot be carried out
  uint64_t unshown = 0;
  MarkCounts rare;
  int64_t wallNs = 0;
};

// How searches reach people or scripts, story by story, in order. All but times and rates is the same for the same seed
// and budget of runs.
class ExploreReport {
 public:
  virtual ~ExploreReport() = default;
  virtual void story(const Explored& explored) = 0;
  virtual void finish(const ExploreSummary& summary) = 0;
};

// `allMarks`: the rare branches that were taken are listed too, not only those that never were.
std::unique_ptr<ExploreReport> newExploreTextReport(const Terminal& terminal, bool allMarks);
// One object, {"stories": [...], "summary": {...}}, at the end.
std::unique_ptr<ExploreReport> newExploreJsonReport(const Terminal& terminal);

// What was searched, as the reports of runs have it (--junit, --sarif): a story with the run on file for each cause.
StoryResult resultOf(const Explored& explored, const Terminal& terminal);

// The command that repeats what was found.
std::string repeatCommand(const ExploredGroup& group, const Terminal& terminal);

}  // namespace orrery::cli
