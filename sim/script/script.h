#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/scenario.h"
#include "sim/script/problem.h"

namespace orrery::script {

struct LoadResult {
  std::shared_ptr<const sim::Scenario> scenario;  // null if anything is wrong
  std::vector<Problem> problems;                  // in order of the file
};

// Reads a scenario. Never throws; hostile input gives problems. Bounds: 1 MiB of text.
LoadResult loadScenario(std::string_view text);

// The same scenario with every step and expectation as a mapping, or the problems in it.
struct LongResult {
  std::string text;
  std::vector<Problem> problems;
};
LongResult longForm(std::string_view text);

}  // namespace orrery::script
