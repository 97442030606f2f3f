#include "sim/core/bytes_hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace orrery::sim {

uint64_t hashBytes(const void* data, size_t size) { return XXH3_64bits(data, size); }

}  // namespace orrery::sim
