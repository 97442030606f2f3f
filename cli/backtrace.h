#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/world/run_request.h"

namespace orrery::cli {

// Which code made an event of a recorded run. Lifetime: outlives the run. Bounds: the innermost kMostFrames calls.
class Backtrace {
 public:
  static constexpr int kMostFrames = 64;

  // Has `request` take it at event `index` (RecordedEvent::index); 0: not at all.
  void of(uint64_t index, sim::RunRequest& request);
  // The functions, innermost first, without those that write down what happens; empty if the event did not come:
  //
  //       what made event 129, the innermost first:
  //         orrery::sim::Link::send(orrery::sim::Segment*) sim/net/link.cc:120
  //
  // They are named by `addr2line`; without it, addresses for one stand in their place. Bounds: kMostLines lines.
  std::string text() const;

 private:
  void take();
  uint64_t index_ = 0;
  std::vector<uintptr_t> frames_;
};

}  // namespace orrery::cli
