#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/runner.h"
#include "cli/story.h"

namespace orrery::cli {

// What the commands need of the rest of Orrery; tests give a smaller one.
struct Simulator {
  CompileScenario compile;
  RunnerFactory newRunner;
  // All that is wrong or worth knowing about an Envoy bootstrap.
  std::function<std::vector<sim::Diagnostic>(const std::string& text, const std::string& file)> checkBootstrap;
  // A scenario with every step and expectation as a mapping.
  std::function<std::string(const std::string& text)> longForm;
};

// The real one.
Simulator simulatedWorld();

}  // namespace orrery::cli
