#pragma once

#include <map>
#include <memory>
#include <string>

#include "sim/world/world.h"

namespace orrery::tests {

// Compiles a scenario file of the repository (path from the root, where tests run). Ends the program with the mistakes
// on standard error if it cannot: a test or bench without its story says nothing.
std::shared_ptr<const sim::CompiledScenario> compileFile(const std::string& path);

// The same for a story given as text; its bootstrap is looked for from `asIfAt` on, first among `files` (texts by path).
std::shared_ptr<const sim::CompiledScenario> compileText(const std::string& text,
                                                         const std::string& asIfAt = "scenarios/generated.yaml",
                                                         const std::map<std::string, std::string>& files = {});

// "always: `...` does not hold; ..." for messages; empty if nothing failed.
std::string failuresOf(const sim::RunResult& result);

}  // namespace orrery::tests
