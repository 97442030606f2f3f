#pragma once

#include <cstdint>

#include "proxy/server/server.h"
#include "sim/checks/broken.h"

namespace orrery::sim {

// Bounds of buffers: at the end of each iteration of a worker's loop none has passed its watermark by more than comes before
// who fills it is paused: one read, one frame, and what another buffer had held until then, whose watermark is at most the
// highest of all. What they hold the pool of blocks has counted, not who uses them. (Of clusters: sim/checks/limits_rule.h.)
//
// Cost: O(1). Lifetime: server and findings outlive it. Threading: the run's.
class Bounds {
 public:
  Bounds(server::Server& server, Findings& findings) : server_(server), findings_(findings) {}

  // The iteration of this worker is over. True: something was found.
  bool afterIteration(uint32_t worker, TimePoint now);

 private:
  server::Server& server_;
  Findings& findings_;
};

}  // namespace orrery::sim
