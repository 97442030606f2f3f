#include <gtest/gtest.h>

#include "sim/explore/search.h"
#include "sim/explore/shrinker.h"
#include "tests/support/kernels.h"

namespace orrery::sim {
namespace {

using tests::Kernel;

// Runs until the first failure; 0: none.
uint64_t runsToBug(const Kernel& kernel, uint64_t most, FailureGroup* found = nullptr) {
  Pools pools;
  Search search({});
  while (search.runs() < most) {
    for (const RunRequest& r : search.round(std::min<uint64_t>(256, most - search.runs()))) {
      search.learn(runKernel(kernel, r, pools));
      if (search.groups().empty()) continue;
      if (found != nullptr) *found = search.groups()[0];
      return search.groups()[0].firstRun;
    }
  }
  return 0;
}

TEST(ExploreKernels, ThePlainRunOfEachPasses) {
  Pools pools;
  for (const Kernel& kernel : {tests::reorderKernel(10), tests::twostageKernel(10), tests::boundedBufferKernel(2, 3),
                               tests::lockOrderKernel(), tests::workStealingKernel(1)}) {
    EXPECT_EQ(runKernel(kernel, {}, pools).failures.size(), 0u) << kernel.name;
  }
}

TEST(ExploreKernels, AHundredThreadsThatMustBeOvertakenAreFoundAtOnce) {
  EXPECT_NE(runsToBug(tests::reorderKernel(100), 100), 0u);
  EXPECT_NE(runsToBug(tests::twostageKernel(100), 100), 0u);
}

TEST(ExploreKernels, ADeadlockNamesItsCycle) {
  FailureGroup found;
  ASSERT_NE(runsToBug(tests::lockOrderKernel(), 100, &found), 0u);
  EXPECT_EQ(found.what.check, "deadlock");
  EXPECT_NE(found.what.cause.find("/left waits for a mutex that /right holds"), std::string::npos) << found.what.cause;
}

TEST(ExploreKernels, ALostWakeUpIsFound) {
  FailureGroup found;
  ASSERT_NE(runsToBug(tests::boundedBufferKernel(2, 3), 20'000, &found), 0u);
  EXPECT_EQ(found.what.check, "deadlock");
}

TEST(ExploreKernels, TheFourBugsOfAWorkStealingQueueAreFoundAndItsCorrectFormHasNone) {
  for (int bug = 1; bug <= 4; ++bug) EXPECT_NE(runsToBug(tests::workStealingKernel(bug), 20'000), 0u) << bug;
  EXPECT_EQ(runsToBug(tests::workStealingKernel(0), 5000), 0u);
}

TEST(ExploreKernels, AFoundScheduleShrinksToAFewSwitches) {
  Pools pools;
  for (const auto& [kernel, most] : {std::pair{tests::lockOrderKernel(), 1u},
                                     {tests::boundedBufferKernel(2, 3), 4u},
                                     {tests::workStealingKernel(1), 3u},
                                     {tests::workStealingKernel(2), 3u},
                                     {tests::workStealingKernel(3), 3u},
                                     {tests::workStealingKernel(4), 3u}}) {
    FailureGroup found;
    ASSERT_NE(runsToBug(kernel, 20'000, &found), 0u);
    const Execute execute = [&](const RunRequest& r) { return runKernel(kernel, r, pools); };
    const RunResult first = execute({.strategy = found.strategy(), .listQuestions = true});
    const Shrunk shrunk = Shrinker(execute, found.what, 5000).shrink(ChoiceLog::of(first));
    EXPECT_TRUE(shrunk.fixed);
    EXPECT_LE(shrunk.log.items.size(), most) << kernel.name << " from " << shrunk.before << " by " << found.firstBy;
  }
}

}  // namespace
}  // namespace orrery::sim
