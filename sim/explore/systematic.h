#pragma once

#include <memory>

#include "sim/explore/plain_run.h"
#include "sim/explore/shard.h"
#include "sim/explore/source.h"

namespace orrery::sim {

// Strategies that go through a domain in order, once, and can say that they are through. Bounds: kMostPlans plans each; a
// domain that is larger is never called complete.
inline constexpr size_t kMostPlans = 1u << 20;

// Entities of one class all deviate alike: every answer of one site, or its k-th of each. A hundred threads that must be
// overtaken are one run here and a hundred deviations elsewhere.
std::unique_ptr<Source> newAlikeSource(const PlainRun& plain, Shard shard = {});

// Every single deviation over the plain run, and every second one in the run that the first produced, after it: each pair
// is met once, in the order in which it happens. `pair` lives by what `single` finds; it begins when that is through.
struct SingleAndPair {
  std::unique_ptr<Source> single;
  std::unique_ptr<Source> pair;  // dies before `single`
};
SingleAndPair newSingleAndPair(const PlainRun& plain, Shard shard = {});

}  // namespace orrery::sim
