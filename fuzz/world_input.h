#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::fuzz {

// What the world fuzzer eats: a choice log and a story.
//
//   seed 7                                      the run key; 0 is the plain run's
//   deviation 2 /client/connection.1:lateness:4
//   ---
//   claim: ...                                  a scenario
struct WorldInput {
  uint64_t seed = 0;
  std::vector<std::pair<std::string, uint64_t>> deviations;  // key text, value
  std::string scenario;
};

// Anything parses: lines that mean nothing are left out. Bounds: 10,000 deviations.
WorldInput parseWorldInput(std::string_view text);
std::string toText(const WorldInput& input);

// One small change: to the log (from a random walk of the story, or to one entry) or to the lines of the story.
void mutate(WorldInput& input, uint64_t seed);

}  // namespace orrery::fuzz
