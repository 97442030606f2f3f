#pragma once

#include <cstdint>
#include <vector>

#include "proxy/events/sink.h"
#include "proxy/server/server.h"
#include "sim/checks/broken.h"
#include "sim/core/names.h"
#include "sim/world/conservation.h"

namespace orrery::sim {

// Conservation when a stream ends: at the end of the iteration of the worker's loop in which it did, nothing of it is left.
//   counts    downstream_rq_active is what was begun and not finished; upstream_rq_active and upstream_rq_pending_active
//             together are the attempts that were begun and not finished
//   timers    no more work timers are armed than there are streams and attempts that could own them
//   buffers   none is held where no stream and no attempt is under way and no connection has bytes left to send or read
// A finding names the request whose end showed it, and the timer or statistic.
//
// Cost: O(1) amortised for each stream: the timers are walked once for as many ends as there are timers.
// Lifetime: server, plan, names and findings outlive it. Threading: the run's.
class StreamEnds {
 public:
  StreamEnds(server::Server& server, const StatPlan& plan, const Names& names, Findings& findings);

  void onFinished(const events::RequestFinished& e);
  void onAttemptStarted(const events::AttemptStarted& e) { ++workers_[e.worker].attempts; }
  void onAttemptFinished(const events::AttemptFinished& e) { --workers_[e.worker].attempts; }
  // The iteration of this worker is over. `countersReset`: counters say nothing any more. True: something was found.
  bool afterIteration(uint32_t worker, bool countersReset, TimePoint now) {
    return workers_[worker].ended && judge(worker, countersReset, now);
  }

 private:
  struct Worker {
    uint64_t finished = 0;
    uint64_t attempts = 0;                 // under way
    uint64_t connection = 0, request = 0;  // the youngest that ended
    uint64_t endsUnwalked = 0;
    bool ended = false;  // one did since the last iteration
  };
  bool judge(uint32_t worker, bool countersReset, TimePoint now);

  server::Server& server_;
  const StatPlan& plan_;
  const Names& names_;
  Findings& findings_;
  std::vector<Worker> workers_;
};

}  // namespace orrery::sim
