#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "sim/explore/choice_log.h"
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

// All answers at all questions about order, and nothing left out because another run has been there.
struct Everything {
  std::set<uint64_t> orders;
  bool fails = false;
  bool whole = true;
};
Everything everything(const Execute& execute, size_t most) {
  Everything out;
  std::vector<std::pair<Deviations, size_t>> open = {{Deviations(), 0}};  // answers, and of how many questions
  for (size_t runs = 0; !open.empty(); ++runs) {
    if (runs == most) {
      out.whole = false;
      return out;
    }
    const auto [answers, fixed] = std::move(open.back());
    open.pop_back();
    const RunResult result = execute({.strategy = Strategy::replay(answers), .listQuestions = true, .order = true});
    out.orders.insert(result.order);
    out.fails = out.fails || !result.failures.empty();
    for (size_t i = fixed; i < result.questions.size(); ++i) {
      const Chooser::Asked& q = result.questions[i];
      for (uint32_t v = 1; q.order != 0 && v < q.n; ++v) {
        Deviations more = answers;
        more.set({q.key, v, ""});
        open.emplace_back(std::move(more), i + 1);
      }
    }
  }
  return out;
}

// The orders that the search met, by itself.
std::set<uint64_t> ordersOf(const Execute& execute, bool& fails) {
  std::set<uint64_t> orders;
  const auto source = newExhaustSource();
  while (true) {
    std::vector<RunResult> results;
    while (const auto request = source->propose()) results.push_back(execute(*request));
    if (results.empty()) return orders;
    for (const RunResult& result : results) {
      source->learn(result);
      orders.insert(result.order);
      fails = fails || !result.failures.empty();
    }
  }
}

// What is left out as equal is equal: the whole tree, walked without leaving anything out, has no other order and no other bug;
// where it is too large, what was walked of it has none.
TEST(Exhaust, LeavesNoOrderOut) {
  for (const Kernel& kernel :
       {tests::lockOrderKernel(), tests::reorderKernel(2), tests::twostageKernel(2), tests::boundedBufferKernel(1, 1),
        tests::stepsKernel(2, 3, true), tests::reorderKernel(3)}) {
    Pools pools;
    const Execute execute = [&](const RunRequest& r) { return runKernel(kernel, r, pools); };
    const Everything all = everything(execute, 20'000);
    bool fails = false;
    const std::set<uint64_t> orders = ordersOf(execute, fails);
    EXPECT_TRUE(std::includes(orders.begin(), orders.end(), all.orders.begin(), all.orders.end())) << kernel.name;
    EXPECT_TRUE(fails || !all.fails) << kernel.name;
    const bool large = kernel.name == "reorder_3";
    EXPECT_EQ(all.whole, !large) << kernel.name;
    EXPECT_TRUE(large || orders.size() == all.orders.size()) << kernel.name;
  }
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
