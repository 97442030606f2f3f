#pragma once

#include "tests/unit/proxy/config/field_pairs.h"

namespace orrery::config {

std::span<const FieldPair> clusterFieldPairs();  // of clusters: how hosts are chosen

}  // namespace orrery::config
