#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "sim/explore/failure_class.h"
#include "sim/explore/greybox.h"
#include "sim/explore/plain_run.h"
#include "sim/explore/shard.h"
#include "sim/explore/source.h"

namespace orrery::sim {

// What one strategy contributed.
struct StrategyTally {
  std::string name;
  uint64_t runs = 0;
  uint64_t newEnds = 0;   // runs whose hash no run before had
  uint64_t failures = 0;  // runs that failed
  uint64_t causes = 0;    // of those, the first of their class
};

// One thing that the scenario says happens sometimes.
struct MarkTally {
  uint64_t runs = 0;      // that showed it
  uint64_t firstRun = 0;  // from 1; 0: none did
  std::string firstBy;    // the strategy
};

// Failures of one class: how the first was found, and the log of that with the fewest deviations, from which shrinking starts.
struct FailureGroup {
  FailureClass what;
  uint64_t runs = 0;
  uint64_t firstRun = 0;  // from 1
  std::string firstBy;
  uint64_t firstDeviations = 0;
  bool plain = false;  // the first was the plain run itself
  Deviations deviations;
  uint64_t runKey = 0;
  uint64_t hash = 0;

  // The same run again.
  Strategy strategy() const { return plain ? Strategy::plain() : Strategy::replay(deviations, runKey); }
};

struct SearchOptions {
  uint64_t seed = 0;
  // Names of strategies; empty: the portfolio of all but "exhaust", which is for models of a few operations. The plain run is made in any case, as the others step off it.
  std::vector<std::string> strategies = {};
  // Failures of earlier searches, which are tried first (`kept`).
  std::vector<Strategy> kept = {};
  // Runs on file that show what happens sometimes, tried next (`witness`).
  std::vector<Strategy> witnesses = {};
  size_t marks = 0;  // entries of `sometimes`
  Shard shard = {};
  // Where an earlier search of the same story with the same seed got to: runs of each strategy that were learnt of.
  std::vector<StrategyTally> done = {};
  // What greybox search kept then.
  std::vector<ChoiceLog> corpus = {};
};

// A search for failing runs, in rounds of runs that do not depend on each other:
//
//   Search search(options);
//   for (;;) { auto runs = search.round(most); if (runs.empty()) break; for each, in order: search.learn(result); }
//
// Equal options and equal `most` make equal rounds, whoever runs them on however many threads.
// Lifetime: requests hold what they need. Threading: one thread. Bounds: kMostGroups classes of failures are kept, and
// kMostEnds hashes: what ends beyond them is not counted as new.
class Search {
 public:
  static constexpr size_t kMostGroups = 256;
  static constexpr size_t kMostEnds = 1u << 24;

  explicit Search(SearchOptions options);
  ~Search();
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;

  // "plain", "kept", "witness" and all that --strategy may name.
  static const std::vector<std::string_view>& strategyNames();

  // At most `most` runs, at least one unless nothing is left to try. All results of the round before must have been told.
  std::vector<RunRequest> round(size_t most);
  // Of the round's runs, in its order. Those of its end may be missing: the budget was over.
  void learn(const RunResult& result);
  // The round's other runs will not be made.
  void abandonRound() { round_.clear(); }

  uint64_t runs() const { return runs_; }
  uint64_t errors() const { return errors_; }
  uint64_t events() const { return events_; }
  const std::vector<StrategyTally>& tallies() const { return tallies_; }
  const std::vector<MarkTally>& marks() const { return marks_; }
  const std::vector<FailureGroup>& groups() const { return groups_; }
  // What was gone through.
  std::vector<Covered> covered() const;
  // What greybox search would like to begin with next time.
  std::vector<ChoiceLog> corpus() const { return greybox_ == nullptr ? std::vector<ChoiceLog>{} : greybox_->logs(); }

 private:
  // A run that was asked for.
  struct UnderWay {
    size_t source;  // kNoSource: the plain run, a witness
    size_t tally;
  };

  bool wants(std::string_view name) const;
  void stepOff(const RunResult& plain);
  void add(std::unique_ptr<Source> source);
  size_t addTally(std::string_view name);
  void addGiven(std::string_view name, const std::vector<Strategy>& runs, size_t most, std::vector<RunRequest>& out);
  void fill(size_t source, size_t most, std::vector<RunRequest>& out);
  void note(const RunResult& result, StrategyTally& tally);

  static constexpr size_t kNoSource = SIZE_MAX;

  SearchOptions options_;
  PlainRun plain_;
  std::vector<std::unique_ptr<Source>> sources_;  // systematic ones first
  std::vector<size_t> tallyOf_;                   // of each source
  GreyboxSource* greybox_ = nullptr;              // one of them
  size_t systematic_ = 0;                         // how many of them are
  size_t turn_ = 0;                               // whose turn it is among the others
  size_t rounds_ = 0;
  std::deque<UnderWay> round_;  // in the order in which results come
  std::vector<StrategyTally> tallies_;
  std::vector<MarkTally> marks_;
  std::vector<FailureGroup> groups_;
  std::unordered_set<uint64_t> ends_;  // asked for single hashes only
  uint64_t runs_ = 0;
  uint64_t errors_ = 0;
  uint64_t events_ = 0;
};

}  // namespace orrery::sim
