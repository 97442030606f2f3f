#pragma once

#include <cstdint>
#include <string_view>

namespace orrery::upstream {

// MurmurHash64A of little-endian words with the seed of libstdc++'s std::hash: Envoy's MURMUR_HASH_2 of ring hash.
uint64_t murmurHash2(std::string_view text);

}  // namespace orrery::upstream
