#include "tests/unit/sim/explore/toy.h"

#include "sim/core/events.h"
#include "sim/core/run.h"

namespace orrery::sim {

RunResult Toy::run(const RunRequest& request) const {
  static constexpr Name kLoop("loop");
  Pools pools;
  auto recording = std::make_shared<Recording>();
  RunOptions options;
  options.strategy = request.strategy;
  options.listQuestions = request.listQuestions;
  options.order = request.order;
  if (request.record) options.recorder = &recording->events;
  Run run(pools, options);
  std::vector<uint32_t> answers;
  for (uint64_t q = 0; q < questions; ++q) {
    for (uint64_t l = 1; l <= loops; ++l) {
      const EntityId loop = run.names().childKept(0, kLoop, l);
      answers.push_back(run.chooser().choose(loop, Site::kLateness, 4));
      run.emit(loop, ActorStep{answers.back() == 0 ? "in time" : "late by " + std::to_string(answers.back())});
    }
  }
  RunResult result;
  if (fails && fails(answers)) {
    result.outcome = RunOutcome::kFail;
    result.failures.push_back({"claim", "/loop.1", TimePoint(), "it broke"});
  }
  takeFromRun(run, result);
  run.finish();
  if (request.record) {
    recording->names = std::move(run.names());
    result.recording = recording;
  }
  return result;
}

}  // namespace orrery::sim
