#include "tests/unit/sim/world/story_world.h"

namespace orrery::sim {
namespace {

class Unjudged : public World {
 protected:
  RunResult unjudged(const std::string& s, Strategy strategy = Strategy::plain()) {
    RunRequest request{std::move(strategy)};
    request.judge = false;
    return run(s, bootstrap(), std::move(request));
  }
};

TEST_F(Unjudged, IsTheSameRun) {
  const std::string s = story(kGet, kAnswer);
  EXPECT_EQ(unjudged(s).hash, run(s).hash);
  for (uint64_t seed = 1; seed < 10; ++seed) {
    EXPECT_EQ(unjudged(s, Strategy::random(seed)).hash, run(s, bootstrap(), {Strategy::random(seed)}).hash) << seed;
  }
}

TEST_F(Unjudged, NothingIsFoundBroken) {
  const std::string s = story(kGet, "    - accept\n    - reset", "always:\n  - a.status == 1\n");
  EXPECT_EQ(run(s).outcome, RunOutcome::kFail);
  EXPECT_EQ(unjudged(s).outcome, RunOutcome::kPass);
}

}  // namespace
}  // namespace orrery::sim
