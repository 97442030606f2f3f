#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "sim/explore/plain_run.h"
#include "sim/explore/source.h"

namespace orrery::sim {

// The strategies by chance, each an endless supply of runs: "swarm" (Strategy::random, which draws what kinds of deviation a
// run has and how often), and those of deciders.h: "walk", "pct", "pos", "delay", "starve", "uniform". All but swarm keep the plain
// run's draws in every other run. Null: there is no strategy of that name.
std::unique_ptr<Source> newChanceSource(std::string_view name, uint64_t seed, const PlainRun& plain);
const std::vector<std::string_view>& chanceSources();

}  // namespace orrery::sim
