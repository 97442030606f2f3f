#pragma once

#include <string>
#include <vector>

#include "proxy/config/bootstrap.h"
#include "sim/world/diagnostic.h"
#include "sim/world/world_parts.h"

namespace orrery::sim {

// Warns of each step that connects to a port on which nobody can ever listen. No error: a story may mean to be refused.
void warnOfClosedPorts(const Scenario& scenario, const HostPlans& plans, const config::Bootstrap& bootstrap,
                       const std::string& file, std::vector<Diagnostic>& diagnostics);

}  // namespace orrery::sim
