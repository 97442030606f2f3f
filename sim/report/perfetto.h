#pragma once

#include <string>

#include "sim/scenario/scenario.h"
#include "sim/world/run_result.h"

namespace orrery::sim {

// One run as a trace for Perfetto (ui.perfetto.dev, trace_processor): a track for each host and worker with what it sends, receives, logs,
// chooses and does as instants, below it a track for each of its sockets, timers and requests with their states as slices; segments as
// flows from where they are sent to where they arrive; the story's faults as slices of the times in which they may strike; broken checks.
// `result.recording` is there. Units: virtual nanoseconds from the start of the run. Cost: one pass over the events.
std::string perfettoTrace(const RunResult& result, const Scenario& scenario);

}  // namespace orrery::sim
