#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "sim/core/strategy.h"
#include "sim/net/capture.h"

namespace orrery::sim {

// How to run a compiled scenario once.
//
// - Strategy::plain(): the plain run (seed 0); `default` expectations are judged too.
// - Strategy::random(n), n > 0: the random walk of seed n.
// - Strategy::decided(decider): one run of that decider's.
// - Strategy::replay(deviations, runKey): what a .run file says. Strict or loose is the caller's affair: it compares
//   RunResult::hash and RunResult::fit.
struct RunRequest {
  Strategy strategy = Strategy::plain();
  // Keep all that happens and the names of all entities: RunResult::recording is then set. Costs time and memory, never
  // changes the hash. Without it names are not kept and RunResult::deviations has no texts.
  bool record = false;
  // Called by the code that makes that event of a recorded run (RecordedEvent::index; 0: none): for backtraces.
  uint64_t watchedEvent = 0;
  std::function<void()> onWatched = {};
  // Keep all choices that are asked: RunResult::questions. Never changes the hash.
  bool listQuestions = false;
  // Keep what was reached: RunResult::features. Never changes the hash.
  bool coverage = false;
  // Keep in which order threads met: Asked::order and RunResult::order. Never changes the hash.
  bool order = false;
  // Keep all that travels: RunResult::capture is then a pcapng file. Never changes the hash either.
  std::optional<CaptureOptions> capture = std::nullopt;
  // False: no oracle, no expectation, nobody watches: every run that goes to its end passes. For benches, which so learn what judging
  // costs. Never changes the hash.
  bool judge = true;
};

}  // namespace orrery::sim
