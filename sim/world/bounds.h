#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "proxy/events/events.h"
#include "proxy/server/server.h"
#include "sim/checks/broken.h"

namespace orrery::sim {

// How much the circuit breakers of a configuration take, found once.
struct BoundPlan {
  // One limit of a cluster's circuit breakers, both priorities together.
  struct Limit {
    uint32_t gauge = 0;
    uint64_t most = 0;
    std::string name;
  };
  struct Cluster {
    std::string name;
    std::vector<Limit> limits;
    // At a time. A budget says none: its share was of what was active when a retry began.
    uint64_t mostRetries = UINT64_MAX;
  };
  std::vector<Cluster> clusters;  // as the configuration has them
};
BoundPlan boundPlanOf(const server::CompiledBootstrap& compiled);

// Bounds: at the end of each iteration of a worker's loop
//   buffers   none has passed its watermark by more than comes before who fills it is paused: one read, one frame, and what
//             another buffer had held until then, whose watermark is at most the highest of all
//   clusters  where an attempt began, no more connections, requests, waiting requests and retries than the circuit breakers take
//             (workers that decide at once may pass a limit by their number less one; a pool of its own that has no
//             connection gets one whatever the limit is, as in Envoy)
//
// Cost: O(1) for an iteration, O(workers) for one in which an attempt began. Lifetime: server, plan and findings outlive it.
// Threading: the run's.
class Bounds {
 public:
  Bounds(server::Server& server, const BoundPlan& plan, Findings& findings);

  void onAttemptStarted(const events::AttemptStarted& e);
  // The iteration of this worker is over. True: something was found.
  bool afterIteration(uint32_t worker, TimePoint now);

 private:
  bool judgeBuffers(uint32_t worker, TimePoint now);
  bool judgeCluster(const BoundPlan::Cluster& cluster, TimePoint now);

  server::Server& server_;
  const BoundPlan& plan_;
  Findings& findings_;
  const BoundPlan::Cluster* started_ = nullptr;  // the youngest attempt's
  bool anyStarted_ = false;                      // in this iteration
};

}  // namespace orrery::sim
