#pragma once

#include <cstdint>

#include "proxy/base/hash.h"

namespace orrery {

// SplitMix64: integer generator with one word of state, equal on all machines. For simulation, jitter and balancing; not
// for secrets (io::Entropy is).
class Prng {
 public:
  constexpr explicit Prng(uint64_t seed) : state_(seed) {}

  constexpr uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  // Uniform in [0, n), n > 0, by multiply-shift (bias below n / 2^64).
  constexpr uint64_t below(uint64_t n) { return scale(next(), n); }

  // Maps 64 random bits to [0, n).
  static constexpr uint64_t scale(uint64_t bits, uint64_t n) {
    return static_cast<uint64_t>((static_cast<unsigned __int128>(bits) * n) >> 64);
  }

 private:
  uint64_t state_;
};

// A pseudo-random function: the value that belongs to `index` under `key`, without any state. Adding a draw in one place
// therefore shifts no other.
constexpr uint64_t prf(uint64_t key, uint64_t index) { return mix64(hashCombine(mix64(key), index)); }

}  // namespace orrery
