#pragma once

#include <cstdint>
#include <memory>

#include "sim/core/decider.h"
#include "sim/explore/plain_run.h"

namespace orrery::sim {

// Deciders of the strategies by chance. All of their chance is PRF(seed, ...), so a seed is a run.

// Schedule and tie questions are answered evenly; every other kind deviates at one rate that the seed draws.
std::unique_ptr<Decider> newWalkDecider(uint64_t seed);

// Uniform walk: who goes first is drawn in proportion to what each still has to do (as the plain run tells), so that every
// interleaving is about as likely as any other; an even draw at each question favours those that have little to do.
std::unique_ptr<Decider> newUniformDecider(uint64_t seed, const PlainRun& plain);

// PCT over actors: each entity has a random priority; who is asked waits behind all of a higher one. At `depth` - 1 random
// questions of about `length` the asker falls below all others. Loops and links of very low priority are late and slow.
struct PctOptions {
  uint32_t depth = 2;
  uint64_t length = 1;
};
std::unique_ptr<Decider> newPctDecider(uint64_t seed, const PctOptions& options);

// Partial-order sampling: each event has a random priority, and who is asked waits behind all of a higher one. Once an
// event goes ahead, those that wait before the same object draw anew.
std::unique_ptr<Decider> newPosDecider(uint64_t seed);

// The plain run but for `delays` questions of about `length`, anywhere, that get another answer.
struct DelayOptions {
  uint32_t delays = 2;
  uint64_t length = 1;
};
std::unique_ptr<Decider> newDelayDecider(uint64_t seed, const DelayOptions& options);

// For a stretch of the run one entity, or its whole class, is always last, late and slow. The plain run outlives it.
std::unique_ptr<Decider> newStarveDecider(uint64_t seed, const PlainRun& plain);

}  // namespace orrery::sim
