#pragma once

#include <string>
#include <vector>

#include "sim/script/naming.h"
#include "sim/script/scenario.pb.h"

// Loops of a story, which always have a bound: they are written out before anybody carries out a step.
namespace orrery::script {

struct Unrolled {
  orrery::Scenario::Step step;
  std::string path;  // where it stands: "story.client[1].repeat.steps[0]"
};

// All steps of a story in order, each `repeat` as its steps so many times. Names that a round gives (requests, connections, lookups)
// have the number of the round behind them, from 1: `page_1`, `page_2`; what names something outside stays as it is.
// Bounds: kMostSteps altogether. Errors: told, with a path; the result is then not to be used.
constexpr size_t kMostSteps = 10'000;
std::vector<Unrolled> unroll(const google::protobuf::RepeatedPtrField<orrery::Scenario::Step>& steps,
                             const std::string& path, const Naming::Tell& tell);

}  // namespace orrery::script
