#include "sim/core/strategy.h"

#include <utility>

#include "proxy/base/prng.h"

namespace orrery::sim {

namespace {
// Rates are log-uniform between 0.3 and 0.3 / 2^11 (about 1.5e-4): some runs are full of one kind of trouble, others have
// one instance of it.
constexpr uint64_t kHighestRate = (uint64_t{1} << 32) * 3 / 10;
constexpr uint64_t kRateSteps = 12;
}  // namespace

uint64_t Strategy::runKeyOf(uint64_t seed) { return prf(seed, 0x72756e5f6b6579ULL); }

Strategy Strategy::random(uint64_t seed) {
  Strategy s(Mode::kRandom, seed, runKeyOf(seed));
  for (size_t i = 0; i < kSiteKinds; ++i) {
    const auto kind = static_cast<SiteKind>(i);
    if (kind == SiteKind::kDraw || kind == SiteKind::kEntropy) continue;  // PRF of the run key already
    const uint64_t bits = prf(seed, i + 1);
    const bool on = kind == SiteKind::kLateness || (bits >> 63) != 0;
    if (on) s.rates_[i] = kHighestRate >> Prng::scale(bits << 1, kRateSteps);
  }
  return s;
}

Strategy Strategy::replay(Deviations deviations, uint64_t runKey) {
  Strategy s(Mode::kReplay, 0, runKey);
  s.deviations_ = std::move(deviations);
  return s;
}

Strategy Strategy::decided(std::shared_ptr<Decider> decider, uint64_t runKey) {
  Strategy s(Mode::kDecided, 0, runKey);
  s.decider_ = std::move(decider);
  return s;
}

uint32_t Strategy::randomValue(uint64_t key, SiteKind kind, uint32_t n) const {
  const uint64_t bits = prf(seed_ ^ 0x64657669617465ULL, key);
  if ((bits & 0xffffffffULL) >= rate(kind)) return 0;
  return 1 + static_cast<uint32_t>(((bits >> 32) * (n - 1)) >> 32);
}

}  // namespace orrery::sim
