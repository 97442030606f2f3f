#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/story.h"

namespace orrery::cli {

// One run that was asked for: a story with a seed, or with one of its witnesses. Lifetime: the story outlives it.
struct RunTask {
  const Story* story = nullptr;
  uint64_t seed = 0;
  const Witness* witness = nullptr;

  sim::Strategy strategy() const {
    if (witness != nullptr) return witness->strategy;
    return seed == 0 ? sim::Strategy::plain() : sim::Strategy::random(seed);
  }
  // "seed 7", "witness a.witness.run"
  std::string name() const { return witness != nullptr ? "witness " + witness->path : "seed " + std::to_string(seed); }
};

// Story by story: the seeds first..last, then the witnesses.
std::vector<RunTask> runTasks(const std::vector<Story>& stories, uint64_t firstSeed, uint64_t lastSeed, bool witnesses);

}  // namespace orrery::cli
