#pragma once

#include <string>

#include "sim/world/run_result.h"

namespace orrery::sim {

// What a page says about one run beside its events.
struct TimelineText {
  std::string title;  // the scenario's path
  std::string claim;
  std::string origin;  // where the run came from: "seed 4711", "out/a.run"
  std::string repeat;  // the command; empty: none
};

// One run as the JSON object that the page draws (page.h says how): lanes, every event with what it is, which two belong together, what
// lasted from one to another, the broken checks. Text that may stand inside a <script> element: it holds no '<' and is valid UTF-8.
// `result.recording` is there. Cost: one pass over the events.
std::string timelineJson(const RunResult& result, const TimelineText& text);

}  // namespace orrery::sim
