#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "sim/explore/plain_run.h"
#include "tests/support/worlds.h"

// What the search of two deviations leaves out, because its first one made a run that another made too but for the order of
// what does not depend on each other, has been seen elsewhere.
namespace orrery::sim {
namespace {

struct World {
  std::shared_ptr<const CompiledScenario> scenario;
  WorldPools pools;
  RunResult run(const std::vector<Deviation>& answers) {
    RunRequest request;
    request.strategy = Strategy::replay(Deviations::of(answers));
    request.listQuestions = true;
    request.order = true;
    return runScenario(*scenario, request, pools);
  }
};

// The runs that deviate once more, behind the last of `answers`.
// `settled`: while no loop is late.
std::set<uint64_t> ordersBehind(World& world, const std::vector<Deviation>& answers, const RunResult& result,
                                bool settled) {
  std::set<uint64_t> orders;
  const auto& asked = result.questions;
  auto at = asked.begin();
  if (!answers.empty()) {
    at = std::find_if(asked.begin(), asked.end(), [&](const auto& q) { return q.key == answers.back().key; });
    if (at != asked.end()) ++at;
  }
  for (; at != asked.end(); ++at) {
    if (settled && at->loopLate) continue;
    for (uint32_t v = 1; v < at->n; ++v) {
      std::vector<Deviation> more = answers;
      more.push_back({at->key, v, ""});
      orders.insert(world.run(more).order);
    }
  }
  return orders;
}

TEST(Pairs, WhatIsLeftOutAsTheSameHasBeenSeenElsewhere) {
  World world{tests::compileFile("tests/bench/one_request.yaml"), {}};
  const RunResult plain = world.run({});
  std::set<uint64_t> made = {sameRun(plain)};
  std::vector<std::vector<Deviation>> leftOut;
  std::set<uint64_t> seen = {plain.order};
  for (const Chooser::Asked& q : plain.questions) {
    for (uint32_t v = 1; v < q.n; ++v) {
      const std::vector<Deviation> one = {{q.key, v, ""}};
      const RunResult result = world.run(one);
      if (!made.insert(sameRun(result)).second) {
        leftOut.push_back(one);
        continue;
      }
      seen.insert(result.order);
      seen.merge(ordersBehind(world, one, result, false));
    }
  }
  ASSERT_GE(leftOut.size(), 10u);
  for (const auto& one : leftOut) {
    const std::set<uint64_t> orders = ordersBehind(world, one, world.run(one), true);
    EXPECT_TRUE(std::includes(seen.begin(), seen.end(), orders.begin(), orders.end()));
  }
}

}  // namespace
}  // namespace orrery::sim
