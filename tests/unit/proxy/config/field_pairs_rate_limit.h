#pragma once

#include "tests/unit/proxy/config/field_pairs.h"

namespace orrery::config {

std::span<const FieldPair> rateLimitFieldPairs();  // of rate limits and what is counted under

}  // namespace orrery::config
