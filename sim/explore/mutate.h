#pragma once

#include <cstdint>

#include "sim/core/strategy.h"
#include "sim/explore/corpus.h"

namespace orrery::sim {

// One step from a run of the corpus, by PRF of `seed`: other answers, fewer, one moved to a neighbouring question of the same
// asker; the beginning of one run with the end of another; the beginning with anything after it; or an order: "b waits until
// a has come", which is what races are made of (RFF, ASPLOS 2024).
Strategy mutate(const Corpus& corpus, size_t entry, uint64_t seed);

}  // namespace orrery::sim
