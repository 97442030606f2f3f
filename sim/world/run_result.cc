#include "sim/world/run_result.h"

namespace orrery::sim {

std::string_view runOutcomeName(RunOutcome outcome) {
  switch (outcome) {
    case RunOutcome::kPass: return "pass";
    case RunOutcome::kFail: return "fail";
    case RunOutcome::kError: return "error";
    case RunOutcome::kSkip: return "skip";
    case RunOutcome::kUnshown: return "unshown";
  }
  return "error";
}

}  // namespace orrery::sim
