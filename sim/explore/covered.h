#pragma once

#include <cstdint>
#include <string>

namespace orrery::sim {

// What follows from what a strategy tried: how much of which domain. A plain value; of shards of one search, those of one
// domain are added up.
struct Covered {
  std::string what = "run";  // of which there is one or many: "run", "order"
  std::string domain;        // " with at most 1 deviation among lateness over the plain run"
  uint64_t runs = 0;         // counted, never computed
  uint64_t of = 0;           // as many are in the domain; 0: nobody knows before the end
  bool complete = false;
  std::string remark;

  // "every run with at most 1 deviation among lateness over the plain run: 19 runs, complete"
  std::string sentence() const;
};

}  // namespace orrery::sim
