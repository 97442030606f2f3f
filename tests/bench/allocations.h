#pragma once

#include <cstdint>

namespace orrery::bench {

// How often operator new was called so far in this process.
uint64_t allocations();
// Bytes that are allocated now, without what malloc adds.
uint64_t allocatedBytes();

}  // namespace orrery::bench
