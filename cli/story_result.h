#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/mark_counts.h"
#include "cli/run_task.h"

namespace orrery::cli {

// What came out of one task.
struct RunRecord {
  RunTask task;
  std::string backend = "sim";
  sim::RunResult result;
  sim::RunOutcome outcome = sim::RunOutcome::kPass;  // the result's own, or kUnshown
  int64_t wallNs = 0;
  std::string runFile;  // of a failing run, if one was written
  std::string page;     // beside it, for a browser
  std::string repeat;   // the command
  std::string found;    // of a search: how it was found

  // Which run it is, for people.
  std::string name() const { return found.empty() ? task.name() : found; }
};

// All runs of one story, and what they showed together.
struct StoryResult {
  const Story* story = nullptr;
  std::vector<RunRecord> runs;
  std::vector<std::string> unshown;  // entries of `sometimes` that no run showed
  uint64_t searched = 0;  // runs of a search, of which `runs` has one for each cause of failure; 0: it has all
  int64_t searchNs = 0;   // how long it took

  bool anyWith(sim::RunOutcome outcome) const;
  const RunRecord* firstWith(sim::RunOutcome outcome) const;
};

// Fills `unshown`, and marks the run that had to show it: the last witness, else the first run (if it passed).
void judgeSometimes(StoryResult& story);

struct RunSummary {
  uint64_t stories = 0;
  uint64_t runs = 0;
  uint64_t passed = 0;
  uint64_t failed = 0;
  uint64_t errors = 0;
  uint64_t skipped = 0;
  uint64_t unshown = 0;
  uint64_t notJudged = 0;
  uint64_t events = 0;
  int64_t wallNs = 0;               // of everything, on the clock on the wall
  std::optional<MarkCounts> marks;  // --marks
  // --check-determinism
  bool repeated = false;
  uint64_t repetitions = 0;
  uint64_t differing = 0;

  void add(const StoryResult& story);
};

}  // namespace orrery::cli
