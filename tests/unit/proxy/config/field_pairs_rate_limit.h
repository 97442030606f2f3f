#pragma once

#include "tests/unit/proxy/config/field_pairs.h"

namespace orrery::config {

std::span<const FieldPair> rateLimitFieldPairs();  // of rate limits, and of what looks at metadata that a filter wrote

}  // namespace orrery::config
