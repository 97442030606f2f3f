#pragma once

#include "tests/unit/proxy/config/field_pairs.h"

namespace orrery::config {

std::span<const FieldPair> filterFieldPairs();  // of the HTTP filters and their settings on routes

}  // namespace orrery::config
