#pragma once

#include <cstddef>
#include <cstdint>

namespace orrery::sim {

// XXH3 (64 bit) of a byte string: payloads and texts in the rolling hash.
uint64_t hashBytes(const void* data, size_t size);

}  // namespace orrery::sim
