#pragma once

#include <cstddef>

namespace orrery::sim {

// One of several searches that share the work of one: domains are dealt out, chance is drawn anew for each.
struct Shard {
  size_t index = 0;  // from 0
  size_t of = 1;
  bool has(size_t item) const { return item % of == index; }
};

}  // namespace orrery::sim
