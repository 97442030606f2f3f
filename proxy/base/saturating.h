#pragma once

#include <cstdint>

namespace orrery {

// The sum; UINT64_MAX where it is more. For limits, of which that is "none".
constexpr uint64_t saturatingSum(uint64_t a, uint64_t b) { return b > UINT64_MAX - a ? UINT64_MAX : a + b; }

}  // namespace orrery
