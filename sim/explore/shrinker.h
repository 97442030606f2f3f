#pragma once

#include <cstdint>
#include <functional>
#include <unordered_set>

#include "sim/explore/choice_log.h"

namespace orrery::sim {

struct Shrunk {
  ChoiceLog log;
  RunResult result;        // of that log
  uint64_t before = 0;     // deviations
  uint64_t runs = 0;       // made
  uint64_t spared = 0;     // not made: the same log had been tried
  bool fixed = false;      // nothing of it can be taken out or lowered; else the limit of runs was reached
  bool reproduced = true;  // false: the given log does not fail like that, and is returned as it was
};

// Makes a failing log small while some failure of its class stays: the plain run's draws, no tail, no choices of a kind or
// of an entity, ever smaller pieces, lower values, two values lowered together, later answers of an asker in the place of
// earlier ones, pairs; round and round until nothing changes. Then one or two deviations over the plain run are looked for
// that do the same, as what was found by chance may be a long way round. A candidate counts as what the run made of it, so
// choices that nobody asks any more vanish by themselves; it must be smaller: fewer deviations, or lower, or earlier ones.
//
// Threading: one thread. Bounds: `mostRuns` runs.
class Shrinker {
 public:
  struct Progress {
    uint64_t runs;
    uint64_t deviations;   // left
    const ChoiceLog& log;  // what is left
  };
  // After each run; false: enough.
  using Tell = std::function<bool(const Progress&)>;

  Shrinker(Execute execute, FailureClass wanted, uint64_t mostRuns, Tell tell = {});
  Shrunk shrink(const ChoiceLog& from);

 private:
  bool attempt(ChoiceLog candidate);
  // One run; true: it fails so, and is what is kept from now on.
  bool make(const RunRequest& request, RunResult& result);
  bool without(const std::function<bool(const ChoiceLog::Item&)>& drop);
  bool plainDraws();
  bool tail();
  bool kinds();
  bool entities();
  bool pieces();
  bool values();
  bool together();
  bool lowered(size_t a, size_t b);
  bool earlier();
  bool leaveOut(size_t at, uint64_t from, uint64_t count);
  bool pairs();
  bool afresh();
  bool spent() const { return stopped_ || shrunk_.runs >= mostRuns_; }

  Execute execute_;
  FailureClass wanted_;
  uint64_t mostRuns_;
  Tell tell_;
  bool stopped_ = false;
  bool wasAfresh_ = false;
  bool reproduced_ = false;
  Shrunk shrunk_;
  std::unordered_set<uint64_t> tried_;  // hashes of logs; asked for single ones only
};

}  // namespace orrery::sim
