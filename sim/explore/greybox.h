#pragma once

#include <memory>
#include <vector>

#include "sim/explore/choice_log.h"
#include "sim/explore/source.h"

namespace orrery::sim {

// Greybox search: keeps the runs that reach something no run before them did, and steps off those (corpus.h, mutate.h).
// `logs`, what earlier searches kept, come first. Each run costs more than others', as what it reaches is written down.
class GreyboxSource : public Source {
 public:
  // What is worth keeping for another search.
  virtual std::vector<ChoiceLog> logs() const = 0;
};

std::unique_ptr<GreyboxSource> newGreyboxSource(uint64_t seed, std::vector<ChoiceLog> logs);

}  // namespace orrery::sim
