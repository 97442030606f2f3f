#pragma once

#include <string>

#include "sim/script/naming.h"

namespace orrery::script {

// Tells what an expectation names that nobody has, or compares that cannot be compared. `path` is its place ("always[0]").
void checkExpectation(const std::string& path, const sim::Expectation& e, const Naming& naming);

}  // namespace orrery::script
