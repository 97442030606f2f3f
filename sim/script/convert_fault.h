#pragma once

#include <optional>
#include <string>

#include "sim/scenario/scenario.h"
#include "sim/script/scenario.pb.h"

// Faults of the message as plain structs, one to one, and what must be true of them.
namespace orrery::script {

sim::Fault toFault(const orrery::Scenario::Fault& m);

// Why the fault could never strike in this scenario, whose hosts, links and stories are complete: "expected ..., found
// ...". Nothing if it could. Hosts that do not exist are the caller's to tell.
std::optional<std::string> whyNever(const sim::Fault& fault, const sim::Scenario& scenario);

}  // namespace orrery::script
