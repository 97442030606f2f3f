#include "sim/actors/arrivals.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/world/world_pools.h"
#include "tests/unit/sim/world/story_world.h"

namespace orrery::sim {
namespace {

class ArrivalsOfAWorld : public World {
 protected:
  // The instants at which so many requests begin that find a connection free each time.
  std::vector<TimePoint> begun(const std::string& how, uint64_t seed = 0) {
    const Compiled c = compile(story("    - load 200 connections, 200 requests " + how + ", get /", kAnswer));
    EXPECT_TRUE(c.scenario) << (c.diagnostics.empty() ? "" : toLine(c.diagnostics[0]));
    const RunResult r =
        runScenario(*c.scenario, {seed == 0 ? Strategy::plain() : Strategy::random(seed), true}, pools_);
    EXPECT_EQ(r.outcome, RunOutcome::kPass) << first(r);
    std::vector<TimePoint> at;
    for (uint64_t id = 1; id <= pools_.parts().ledger.requests.lastId(); ++id)
      at.push_back(pools_.parts().ledger.requests.at(id).startedAt);
    return at;
  }
};

TEST_F(ArrivalsOfAWorld, DrawnGapsAreExponential) {
  const std::vector<TimePoint> at = begun("about every 10ms");
  ASSERT_EQ(at.size(), 200u);
  const Duration mean = (at.back() - at.front()) / 199;
  EXPECT_GT(mean, Duration::milliseconds(8));
  EXPECT_LT(mean, Duration::milliseconds(12));
  int shorter = 0;  // than the mean: 1 - 1/e of them, 63 %
  for (size_t i = 1; i < at.size(); ++i) shorter += at[i] - at[i - 1] < Duration::milliseconds(10) ? 1 : 0;
  EXPECT_GT(shorter, 105);
  EXPECT_LT(shorter, 145);
}

TEST_F(ArrivalsOfAWorld, AreTheSameInEveryPlainRun) {
  EXPECT_EQ(begun("about every 10ms"), begun("about every 10ms"));
  EXPECT_NE(begun("about every 10ms"), begun("about every 10ms", 7));
}

}  // namespace
}  // namespace orrery::sim
