#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/explore/choice_log.h"
#include "sim/explore/failure_class.h"

namespace orrery::sim {

// A world of a few loops that are asked for their lateness (0 to 3), in turn. `fails` judges all answers, in order.
struct Toy {
  uint64_t loops = 1;
  uint64_t questions = 6;  // of each
  std::function<bool(const std::vector<uint32_t>& answers)> fails = {};

  RunResult run(const RunRequest& request) const;
  Execute execute() const {
    return [this](const RunRequest& request) { return run(request); };
  }
};

// How a toy run fails.
inline const FailureClass kBroke = classOf(CheckFailure{"claim", "/loop.1", TimePoint(), "it broke"});

}  // namespace orrery::sim
