#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/core/decider.h"
#include "sim/explore/choice_log.h"

namespace orrery::sim {

// A completion of a failing run: its log, and after the first question of `pivots` (positions in it) everything else by
// chance, seldom. `keep`: the pivots have their values of the log, else 0.
std::unique_ptr<Decider> newCompletion(const ChoiceLog& log, std::vector<size_t> pivots, bool keep, uint64_t seed);

}  // namespace orrery::sim
