#pragma once

#include "sim/core/run.h"
#include "sim/net/link_options.h"
#include "sim/net/link_rule.h"

namespace orrery::sim {

// The wire behind a link that is not ideal: how long a segment waits for it and what goes wrong on it.
// Lifetime: the link's. Threading: the run's.
class LinkShape {
 public:
  LinkShape(Run& run, EntityId link, const LinkOptions& options);

  // Asked once for each segment, in the order in which they enter.
  Verdict judge(const Segment& segment, TimePoint now);

 private:
  bool draw(Ratio ratio);
  // Waits for the wire and takes it. False: the queue is full.
  bool takeWire(uint64_t bytes, TimePoint now, Duration& delay);

  Run& run_;
  Entity entity_;
  LinkOptions options_;
  TimePoint freeAt_;  // when the wire has sent all that entered
};

}  // namespace orrery::sim
