#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/terminal.h"
#include "proxy/base/status.h"
#include "replay/format/run_file.h"
#include "sim/core/strategy.h"
#include "sim/world/world.h"

namespace orrery::cli {

// A run on file that shows something that the story says happens sometimes.
struct Witness {
  std::string path;
  replay::RunFile file;
  sim::Strategy strategy = sim::Strategy::plain();
};

// A scenario that is ready to run, with its witnesses. Shared by all threads, never changed.
struct Story {
  std::string path;
  std::shared_ptr<const sim::CompiledScenario> compiled;
  std::vector<Witness> witnesses;

  const sim::Scenario& scenario() const { return compiled->scenario(); }
};

using CompileScenario = std::function<sim::Compiled(const std::string& path, const sim::ReadFile& readFile)>;

// Compiles each file once. Whatever is wrong, in any of them, is complained about line by line; then nothing is returned.
std::optional<std::vector<Story>> loadStories(const std::vector<std::string>& files, const CompileScenario& compile,
                                              const Terminal& terminal);

}  // namespace orrery::cli
