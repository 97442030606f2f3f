#include "sim/world/run_result.h"

#include "sim/core/run.h"

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

void takeFromRun(Run& run, RunResult& result) {
  result.marks = run.scheduler().marks();
  result.hash = run.hash();
  result.checkpoints = run.trace().hash().checkpoints();
  result.events = run.trace().hash().count();
  result.choices = run.chooser().asked();
  result.deviations = run.chooser().deviations();
  result.questions = run.chooser().takeQuestions();
  if (Coverage* coverage = run.trace().coverage()) {
    result.features = coverage->take();
    for (size_t m = 0; m < kMarks; ++m) {
      if (result.marks.test(m)) result.features.push_back(hashCombine(hashString("mark"), m));
    }
  }
  if (const HappensBefore* order = run.trace().order()) result.order = order->value();
  result.fit = run.chooser().fit();
  result.runKey = run.chooser().strategy().runKey();
}

}  // namespace orrery::sim
