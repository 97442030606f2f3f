#pragma once

#include <algorithm>
#include <cstdint>

#include "proxy/base/prng.h"
#include "sim/core/decider.h"

namespace orrery::sim {

// The chance of a decider: what belongs to a question, or to the deciders' own affairs, under a seed.
class Dice {
 public:
  explicit Dice(uint64_t seed) : seed_(seed) {}

  uint64_t bits(uint64_t index) const { return prf(seed_, index); }
  uint64_t below(uint64_t index, uint64_t n) const { return Prng::scale(bits(index), n); }
  // True once in 2^shift.
  bool rarely(uint64_t index, unsigned shift) const { return bits(index) >> (64 - shift) == 0; }
  // 0, or one time in 32 another answer: for questions that a strategy is not about.
  uint32_t seldom(const Question& q) const { return rarely(q.key, 5) ? other(q) : 0; }
  // One of the answers but 0.
  uint32_t other(const Question& q) const { return 1 + static_cast<uint32_t>(below(q.key ^ 0x6f74686572ULL, q.n - 1)); }

 private:
  uint64_t seed_;
};

inline SiteKind kindOf(const Question& q) { return siteInfo(q.site).kind; }
// Kinds whose question is who goes first.
inline bool aboutOrder(SiteKind kind) { return kind == SiteKind::kSchedule || kind == SiteKind::kTie; }

}  // namespace orrery::sim
