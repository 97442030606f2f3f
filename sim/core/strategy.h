#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "sim/core/decider.h"
#include "sim/core/deviations.h"
#include "sim/core/sites.h"

namespace orrery::sim {

// Where the answers of `choose` come from. A value; copied into the run.
//
// - plain: always 0.
// - random(seed): a random walk. From the seed follow, as in swarm testing, which kinds of deviation this run has at all
//   and how often each happens; lateness is always among them. Each answer is PRF(seed, key), so it does not depend on the
//   answers before it.
// - replay(map, runKey): what the map says, 0 elsewhere.
// - decided(decider, runKey): what the decider says.
//
// Draws with many outcomes (balancer picks, jitter, ids, entropy) are PRF(run key, choice key) in every strategy; the
// plain run has a fixed run key, a random one derives it from the seed, a replay is given it.
class Strategy {
 public:
  static constexpr uint64_t kPlainRunKey = 0x0bb3e5cafe5eed01ULL;

  static Strategy plain() { return Strategy(Mode::kPlain, 0, kPlainRunKey); }
  static Strategy random(uint64_t seed);
  static Strategy replay(Deviations deviations, uint64_t runKey = kPlainRunKey);
  // For one run: copies of the strategy share the decider and its memory.
  static Strategy decided(std::shared_ptr<Decider> decider, uint64_t runKey = kPlainRunKey);

  static uint64_t runKeyOf(uint64_t seed);

  bool isPlain() const { return mode_ == Mode::kPlain; }
  bool isReplay() const { return mode_ == Mode::kReplay; }
  bool isDecided() const { return mode_ == Mode::kDecided; }
  uint64_t runKey() const { return runKey_; }
  uint64_t seed() const { return seed_; }
  const Deviations& deviations() const { return deviations_; }
  Decider& decider() const { return *decider_; }

  // For the random walk: the chance of a deviation, in 2^-32, for each kind. 0 is never.
  uint64_t rate(SiteKind kind) const { return rates_[static_cast<size_t>(kind)]; }
  void setRate(SiteKind kind, uint64_t rate) { rates_[static_cast<size_t>(kind)] = rate; }

  // The random walk's answer.
  uint32_t randomValue(uint64_t key, SiteKind kind, uint32_t n) const;

 private:
  enum class Mode : uint8_t { kPlain, kRandom, kReplay, kDecided };
  Strategy(Mode mode, uint64_t seed, uint64_t runKey) : mode_(mode), seed_(seed), runKey_(runKey) {}

  Mode mode_;
  uint64_t seed_;
  uint64_t runKey_;
  std::array<uint64_t, kSiteKinds> rates_{};
  Deviations deviations_;
  std::shared_ptr<Decider> decider_;  // shared with the copies in requests and runs
};

}  // namespace orrery::sim
