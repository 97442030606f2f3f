#pragma once

#include <vector>

#include "sim/scenario/scenario.h"
#include "sim/script/reader.h"

namespace orrery {
class Scenario;
}

namespace orrery::script {

// The plain struct for a message. Names what does not fit together: unknown hosts, steps of the wrong side, expectations
// about requests that nobody makes.
sim::Scenario convert(const orrery::Scenario& message, const Marks& marks, std::vector<Problem>& problems);

}  // namespace orrery::script
