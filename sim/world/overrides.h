#pragma once

#include <optional>
#include <string>

#include "sim/scenario/scenario.h"

namespace orrery::sim {

// Makes the field of a bootstrap that the path names what the override says: replaced, added (with all that has to be around it), added
// to a list when the index is the list's length, or taken out when the value is null. What follows a gap of the path must be there
// already. The error is "expected ..., found ..."; then the tree is half changed. Whether Envoy knows the fields is its reader's affair.
std::optional<std::string> applyOverride(ConfigNode& root, const Override& change);

}  // namespace orrery::sim
