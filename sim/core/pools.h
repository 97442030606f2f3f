#pragma once

#include "sim/core/stack_pool.h"
#include "sim/core/text_pool.h"

namespace orrery::sim {

// Memory that outlives worlds: whoever runs many of them on one OS thread keeps one of these and gives it to each. A run
// cannot see what it holds (stacks are filled with a pattern in builds with debug checks).
// Lifetime: outlives every run. Threading: one OS thread, one run at a time.
struct Pools {
  StackPool stacks;
  TextPool texts;
};

}  // namespace orrery::sim
