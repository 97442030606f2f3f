#pragma once

#include <string>
#include <vector>

#include "replay/format/run_file.h"
#include "sim/world/world.h"

namespace orrery::cli {

// What stands between a .run file and this program: another revision, preset, scenario or bootstrap. Empty: nothing, the
// replay is strict.
std::string whyLoose(const replay::RunFile& file, const sim::CompiledScenario& scenario);

// How the run compares with the file, in words; `exact` is what strict replay demands.
struct ReplayFit {
  bool exact = false;
  std::string text;
};
ReplayFit compareWithFile(const replay::RunFile& file, const sim::RunResult& result,
                          const std::vector<std::string>& unknownDeviations);

// Loose replay: "the same failure", "another failure ...", "it does not fail here", "it passes, as recorded", ...
std::string compareFailures(const replay::RunFile& file, const sim::RunResult& result);

}  // namespace orrery::cli
