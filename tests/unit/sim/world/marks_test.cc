#include "proxy/base/mark.h"
#include "tests/unit/sim/world/story_world.h"

namespace orrery::sim {
namespace {

bool has(const RunResult& r, Mark mark) { return r.marks[static_cast<size_t>(mark)]; }

class WorldMarks : public World {};

TEST_F(WorldMarks, AnOrdinaryRequestTakesNoRareBranch) {
  const RunResult r = run(story(kGet, kAnswer));
  EXPECT_EQ(r.outcome, RunOutcome::kPass) << first(r);
  EXPECT_EQ(r.marks, MarkSet());
}

TEST_F(WorldMarks, ARunSaysWhichRareBranchesItTook) {
  const std::string s = story(kGet, "    - accept\n    - read request\n    - close", "always:\n  - a.status == 503\n");
  const RunResult r = run(s);
  EXPECT_EQ(r.outcome, RunOutcome::kPass) << first(r);
  EXPECT_TRUE(has(r, Mark::kClosedBusy));
  EXPECT_FALSE(has(r, Mark::kClosedIdle));
  // A run's own: what another one took before is not in it.
  EXPECT_EQ(run(story(kGet, kAnswer)).marks, MarkSet());
  EXPECT_EQ(run(s).marks, r.marks);
}

}  // namespace
}  // namespace orrery::sim
