#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/explore/failure_class.h"
#include "sim/world/run_request.h"
#include "sim/world/run_result.h"

namespace orrery::sim {

// Makes one run. Equal requests give equal results.
using Execute = std::function<RunResult(const RunRequest&)>;

// A log in the order in which its choices were asked, with what is known of each.
struct ChoiceLog {
  struct Item {
    uint64_t key = 0;
    uint64_t value = 0;
    EntityId entity = 0;  // 0: a draw
    Site site = Site::kRandom;
    uint32_t n = 0;  // 0: a draw
    uint64_t occurrence = 0;
  };
  std::vector<Item> items;
  uint64_t runKey = Strategy::kPlainRunKey;

  // What a run took, of all that it asked (RunRequest::listQuestions).
  static ChoiceLog of(const RunResult& result);
  // Without items whose answer is 0, which is what a run does anyway.
  Deviations deviations() const;
  // An empty log under the plain run key is the plain run itself, of which `default` is judged too.
  Strategy strategy() const;
  // Of keys, values and run key.
  uint64_t hash() const;
};

}  // namespace orrery::sim
