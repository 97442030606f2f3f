#include <gtest/gtest.h>

#include "sim/explore/exhaust.h"
#include "sim/explore/search.h"
#include "tests/support/kernels.h"

namespace orrery::sim {
namespace {

using tests::Kernel;

// A search to its end, at most `most` runs.
Covered exhaust(const Kernel& kernel, uint64_t most, std::vector<FailureGroup>* found = nullptr, Shard shard = {}) {
  Pools pools;
  Search search({.strategies = {"exhaust"}, .shard = shard});
  while (search.runs() < most) {
    const auto round = search.round(std::min<uint64_t>(256, most - search.runs()));
    if (round.empty()) break;
    for (const RunRequest& r : round) search.learn(runKernel(kernel, r, pools));
  }
  if (found != nullptr) *found = search.groups();
  return search.covered().at(0);
}

// Interleavings of n threads with k steps each on one object: (nk)! / k!^n.
TEST(Exhaust, MeetsEveryOrderOfOperationsOnOneObject) {
  EXPECT_EQ(exhaust(tests::stepsKernel(2, 3, true), 10'000).remark, "20 orders");
  EXPECT_EQ(exhaust(tests::stepsKernel(2, 5, true), 10'000).remark, "252 orders");
  const Covered three = exhaust(tests::stepsKernel(3, 2, true), 100'000);
  EXPECT_EQ(three.remark, "90 orders");
  EXPECT_TRUE(three.complete);
  EXPECT_EQ(exhaust(tests::stepsKernel(4, 2, true), 100'000).remark, "2,520 orders");
}

// Nothing depends on anything: one order, and few runs to see it.
TEST(Exhaust, IndependentOperationsHaveOneOrder) {
  const Covered covered = exhaust(tests::stepsKernel(3, 4, false), 10'000);
  EXPECT_EQ(covered.remark, "1 order");
  EXPECT_TRUE(covered.complete);
  // Of 34,650 interleavings: each state is met once, and left by each thread that can go on.
  EXPECT_LT(covered.runs, 1000u);
}

TEST(Exhaust, SaysThatABugIsThereOrThatNoneIs) {
  std::vector<FailureGroup> found;
  EXPECT_TRUE(exhaust(tests::reorderKernel(3), 100'000, &found).complete);
  EXPECT_GE(found.size(), 1u);
  EXPECT_TRUE(exhaust(tests::lockOrderKernel(), 100'000, &found).complete);
  EXPECT_GE(found.size(), 1u);
  EXPECT_TRUE(exhaust(tests::twostageKernel(3), 100'000, &found).complete);
  EXPECT_GE(found.size(), 1u);
  EXPECT_TRUE(exhaust(tests::stepsKernel(3, 2, true), 100'000, &found).complete);
  EXPECT_EQ(found.size(), 0u);
}

TEST(Exhaust, WhatIsCutOffIsEstimatedAndNotCalledComplete) {
  const Covered covered = exhaust(tests::stepsKernel(4, 3, true), 500);
  EXPECT_FALSE(covered.complete);
  EXPECT_NE(covered.remark.find("an estimated "), std::string::npos) << covered.remark;
  EXPECT_NE(covered.sentence().find("not all of them"), std::string::npos) << covered.sentence();
}

// What one search meets, its parts meet together.
TEST(Exhaust, ShardsFindWhatOneSearchFinds) {
  uint64_t runs = 0;
  size_t failing = 0;
  for (size_t s = 0; s < 3; ++s) {
    std::vector<FailureGroup> found;
    const Covered covered = exhaust(tests::reorderKernel(3), 100'000, &found, {s, 3});
    EXPECT_TRUE(covered.complete);
    runs += covered.runs;
    failing += found.size();
  }
  EXPECT_GE(failing, 1u);
  EXPECT_GE(runs, exhaust(tests::reorderKernel(3), 100'000).runs);
}

}  // namespace
}  // namespace orrery::sim
