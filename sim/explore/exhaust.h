#pragma once

#include <memory>

#include "sim/explore/shard.h"
#include "sim/explore/source.h"

namespace orrery::sim {

// Goes through every order in which logical threads can do what they do at schedule points, with the plain run's answers to
// all else; for models of a few threads and a few dozen operations. Orders in which only independent operations are swapped
// are one (sim/core/happens_before.h): a run that comes to a point which another has been at is not followed beyond it.
// Complete is said when nothing is left, with runs and orders counted; before that, how much of the tree is done is
// estimated by the chance of a random walk to end in what was tried (Kilby et al., AAAI 2006).
//
// A shard has its part of what deviates from the first run.
// Bounds: kMostVisits points and kMostWaiting open branches; beyond them it is not called complete.
inline constexpr size_t kMostVisits = 1u << 22;
inline constexpr size_t kMostWaiting = 1u << 20;
std::unique_ptr<Source> newExhaustSource(Shard shard = {});

}  // namespace orrery::sim
