#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

namespace orrery {

// Integer hashing that is the same on every machine and compiler. Not for hostile keys, not cryptographic.

// A bijective finaliser (the constants of MurmurHash3's 64-bit mixer, public domain by Austin Appleby).
constexpr uint64_t mix64(uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdULL;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53ULL;
  x ^= x >> 33;
  return x;
}

// Folds `value` into the running state; the order of calls matters.
constexpr uint64_t hashCombine(uint64_t state, uint64_t value) {
  return mix64(state ^ (std::rotl(value, 29) + 0x9e3779b97f4a7c15ULL));
}

// FNV-1a with a finaliser, for names.
constexpr uint64_t hashString(std::string_view s) {
  uint64_t h = 0xcbf29ce484222325ULL;
  for (char c : s) {
    h ^= static_cast<unsigned char>(c);
    h *= 0x100000001b3ULL;
  }
  return mix64(h);
}

}  // namespace orrery
