#pragma once

#include <string>

#include "sim/script/naming.h"

namespace orrery::script {

// Where a step stands.
struct StepPlace {
  std::string path;         // "story.client[2]"
  const std::string& host;  // whose it is
  bool origin;              // the host listens
  int behind;               // so many steps follow
};

// Tells what is wrong with a step there, and adds the names that it gives.
void checkStep(const StepPlace& place, const sim::Step& step, Naming& naming);

}  // namespace orrery::script
