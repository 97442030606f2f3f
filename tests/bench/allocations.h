#pragma once

#include <cstdint>

namespace orrery::bench {

// How often operator new was called so far in this process.
uint64_t allocations();

}  // namespace orrery::bench
