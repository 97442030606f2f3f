#pragma once

#include <cstddef>
#include <cstring>

namespace orrery {

// What goes back to a pool holds nothing any more. Builds with debug checks fill it with a pattern, so that a use after
// that reads nonsense (and no run can depend on what another left behind); elsewhere nothing happens.
inline void spoil([[maybe_unused]] void* memory, [[maybe_unused]] size_t bytes) {
#ifdef ORRERY_DEBUG_CHECKS
  std::memset(memory, 0xd5, bytes);
#endif
}

}  // namespace orrery
