#pragma once

#include <string>

#include "cli/live/live_proxy.h"
#include "sim/world/world.h"

namespace orrery::live {

// How a story is told on real sockets and real time.
struct LiveOptions {
  ProxyProgram program;
  bool ownNetworks = false;                   // permitOwnNetworks(): each run has a network of its own
  Duration patience = Duration::seconds(60);  // stories that take longer are skipped
};

// Tells the story once: the proxy as a process, the story's actors, the very ones of the simulated world, in the calling thread.
// What they see is judged by the same expectations, times within a tolerance; what cannot be observed here is listed as not
// judged. A proxy that does not read Envoy's files gets the story's template. `plain`: of the story's plain run, which says how long it takes. Blocks for about that
// long. Errors: all in the result; kSkip if it cannot be told here. Threading: any thread that has no dispatcher; it leaves its network.
sim::RunResult runLive(const sim::CompiledScenario& scenario, const LiveOptions& options, const sim::RunResult& plain);

}  // namespace orrery::live
