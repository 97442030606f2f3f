#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/world/run_result.h"

namespace orrery::sim {

// What a failing run prints (the caller writes the line "FAIL <path>" above it):
//
//     claim     no request reaches the origin twice unasked
//     broken at 60.005000000 s by check at-most-once: request #2 seen twice by origin (retry_on was empty)
//     seed 4711, 312 events, 9 choices
//        time         client            proxy w0            origin
//        ...
//     repeat: orrery replay out/idle_close_races_reuse.run
//
// With a recording there is a chart of what led there.
struct FailureContext {
  std::string claim;
  std::string origin;  // where the run came from: "seed 4711", "the plain run", "out/a.run"
  std::string repeat;  // the command; empty: no such line
  std::string look;    // a page that shows the run; likewise
  size_t width = 110;
};
std::string failureText(const RunResult& result, const FailureContext& context);

}  // namespace orrery::sim
