#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/explore/choice_log.h"
#include "sim/world/world.h"

namespace orrery::sim {

struct ShrunkStory {
  std::string text;
  std::shared_ptr<const CompiledScenario> scenario;  // of that text
  ChoiceLog log;                                     // with which it fails in the same way
  size_t linesBefore = 0;
  size_t lines = 0;
  uint64_t runs = 0;
};

// Makes the scenario of a failing run small: puts its bootstrap into it, takes out lines, each with all that is indented below it, and
// makes numbers lower and texts shorter, for as long as what is left is a scenario in which the failure is found: with the same
// log, else by a short search. The same failure is one of
// its class; of a claim, with the same value; and where the plain run passes it still does, so that a race does not become a
// story that never worked. The claim stays. Only block style YAML has lines to take out.
//
// Threading: one thread. Bounds: `mostRuns` runs; texts that are no scenario cost none.
class StoryShrinker {
 public:
  // Null: it is no scenario.
  using Compile = std::function<std::shared_ptr<const CompiledScenario>(const std::string& text)>;
  using RunStory = std::function<RunResult(const CompiledScenario&, const RunRequest&)>;

  StoryShrinker(Compile compile, RunStory run, FailureClass wanted, uint64_t mostRuns);
  // Null `scenario`: the text is none, or does not fail so.
  ShrunkStory shrink(const std::string& text, const ChoiceLog& log);

 private:
  bool withoutBlocks(std::vector<std::string>& lines);
  bool simpler(std::vector<std::string>& lines);
  bool simplerInAllPlaces(std::vector<std::string>& lines);
  bool attempt(const std::vector<std::string>& lines);
  bool failsWith(const CompiledScenario& scenario, const Strategy& strategy);
  // What broke, if it is of the class; else nothing.
  const CheckFailure* same(const RunResult& result) const;
  RunResult make(const CompiledScenario& scenario, const Strategy& strategy);
  bool search(const CompiledScenario& scenario);

  Compile compile_;
  RunStory run_;
  FailureClass wanted_;
  uint64_t mostRuns_;
  ShrunkStory shrunk_;
  std::string message_;       // of the failure, from the first attempt on
  bool plainPasses_ = false;  // likewise
};

}  // namespace orrery::sim
