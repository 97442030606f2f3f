#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/explore/choice_log.h"
#include "sim/world/recording.h"

namespace orrery::sim {

// How much one deviation, or two together, matter: of 64 completions each way, how many failed in the same way. Up to the
// deviation a completion is the failing run; from there on what is left of the log holds and everything else goes by chance.
struct Intervention {
  static constexpr uint32_t kCompletions = 64;

  std::vector<size_t> items;   // positions in the log
  uint32_t failedWith = 0;     // with the deviation
  uint32_t failedWithout = 0;  // with the default in its place
  // At least 95 % against at most 5 %.
  bool decides() const { return failedWith * 100 >= kCompletions * 95 && failedWithout * 100 <= kCompletions * 5; }
  bool contributes() const { return !decides() && failedWith > failedWithout; }
};

// Two events that come in one order in the failing run and in the other in the passing one. Positions in the recordings.
struct OrderedPair {
  size_t first = 0;        // in the failing run, of the one that comes first there
  size_t second = 0;       // in the failing run, of the other
  size_t secondThere = 0;  // in the passing run, of the other
  size_t firstThere = 0;   // in the passing run, of the one that comes first in the failing run
};

struct Explanation {
  ChoiceLog log;                     // of the failing run
  RunResult failing;                 // with a recording
  std::optional<RunResult> passing;  // the nearest run that passes, with a recording
  std::vector<size_t> changed;       // positions in `log` of what is default there; empty: it has one more
  size_t parts = 0;                  // position in both recordings of the first event that differs
  std::optional<OrderedPair> order;
  std::vector<Intervention> single;  // one for each of the log
  std::vector<Intervention> pairs;   // if none of those decides
  uint64_t runs = 0;
};

// Asks why a run fails, by intervening. The log should be small (Shrinker): each deviation costs 128 runs.
// Bounds: kMostItems deviations are asked about; runs that pass are looked for among kMostNeighbours.
class Explainer {
 public:
  static constexpr size_t kMostItems = 12;
  static constexpr size_t kMostNeighbours = 2000;

  Explainer(Execute execute, FailureClass wanted) : execute_(std::move(execute)), wanted_(std::move(wanted)) {}
  Explanation explain(const ChoiceLog& log);

 private:
  RunResult run(const Strategy& strategy, bool record);
  bool fails(const RunResult& result) const { return failsAs(result, wanted_); }
  void findPassing();
  void consider(const ChoiceLog& log, std::vector<size_t> changed);
  void findOrder();
  Intervention intervene(std::vector<size_t> items);

  Execute execute_;
  FailureClass wanted_;
  Explanation out_;
};

}  // namespace orrery::sim
