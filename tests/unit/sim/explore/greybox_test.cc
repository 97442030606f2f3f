#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "sim/explore/corpus.h"
#include "sim/explore/mutate.h"
#include "sim/explore/search.h"
#include "tests/support/kernels.h"

namespace orrery::sim {
namespace {

RunResult covering(std::vector<uint64_t> features) {
  RunResult result;
  result.features = std::move(features);
  return result;
}

TEST(Corpus, KeepsWhatReachesSomethingNew) {
  Corpus corpus;
  EXPECT_TRUE(corpus.add(covering({1, 2})));
  EXPECT_FALSE(corpus.add(covering({2, 1})));
  EXPECT_TRUE(corpus.add(covering({1, 3})));
  EXPECT_EQ(corpus.size(), 2u);
  EXPECT_EQ(corpus.entry(1).newFeatures, std::vector<uint64_t>{3});
  EXPECT_EQ(corpus.features(), 3u);
}

TEST(Corpus, WhatIsRareIsChosenMoreOften) {
  Corpus corpus;
  corpus.add(covering({1}));
  corpus.add(covering({2}));
  for (int i = 0; i < 100; ++i) corpus.add(covering({1}));
  const Dice dice(7);
  int rare = 0;
  for (uint64_t i = 0; i < 1000; ++i) rare += corpus.choose(dice, i) == 1 ? 1 : 0;
  EXPECT_GT(rare, 900);
}

// Both kinds of feature: what came after what on a thread, and states of sockets. Kernels have threads only.
TEST(Greybox, AnotherOrderIsAnotherFeature) {
  Pools pools;
  const tests::Kernel kernel = tests::reorderKernel(4);
  const RunResult plain = runKernel(kernel, {.listQuestions = true, .coverage = true}, pools);
  EXPECT_FALSE(plain.features.empty());
  const RunResult same = runKernel(kernel, {.coverage = true}, pools);
  EXPECT_EQ(plain.features, same.features);
  EXPECT_EQ(plain.hash, same.hash);
  std::set<std::vector<uint64_t>> sets;
  for (const Chooser::Asked& q : plain.questions) {
    Deviations one;
    one.set({q.key, q.n - 1, ""});
    sets.insert(runKernel(kernel, {.strategy = Strategy::replay(one), .coverage = true}, pools).features);
  }
  EXPECT_GT(sets.size(), 1u);
}

TEST(Greybox, AMutationIsARunThatItsLogRepeats) {
  Pools pools;
  const tests::Kernel kernel = tests::workStealingKernel(0);
  Corpus corpus;
  corpus.add(runKernel(kernel, {.listQuestions = true, .coverage = true}, pools));
  ASSERT_EQ(corpus.size(), 1u);
  std::set<uint64_t> ends;
  for (uint64_t seed = 1; seed <= 400; ++seed) {
    const RunResult run =
        runKernel(kernel, {.strategy = mutate(corpus, 0, seed), .listQuestions = true, .coverage = true}, pools);
    ends.insert(run.hash);
    const RunResult again = runKernel(kernel, {.strategy = Strategy::replay(run.deviations, run.runKey)}, pools);
    ASSERT_EQ(again.hash, run.hash) << seed;
    corpus.add(run);
  }
  EXPECT_GT(ends.size(), 100u);
}

TEST(Greybox, FindsTheBugsOfTheKernels) {
  for (const tests::Kernel& kernel : {tests::reorderKernel(3), tests::lockOrderKernel(),
                                      tests::boundedBufferKernel(2, 3), tests::workStealingKernel(2)}) {
    Pools pools;
    Search search({.seed = 1, .strategies = {"greybox"}});
    while (search.runs() < 5000 && search.groups().empty()) {
      for (const RunRequest& r : search.round(64)) search.learn(runKernel(kernel, r, pools));
    }
    EXPECT_FALSE(search.groups().empty()) << kernel.name;
  }
}

// Logs of one search spare the next one what they reach.
TEST(Greybox, GoesOnFromALogOfAnEarlierSearch) {
  Pools pools;
  const tests::Kernel kernel = tests::workStealingKernel(0);
  const auto search = [&](std::vector<ChoiceLog> corpus, uint64_t runs) {
    auto s = std::make_unique<Search>(SearchOptions{.seed = 1, .strategies = {"greybox"}, .corpus = std::move(corpus)});
    while (s->runs() < runs) {
      for (const RunRequest& r : s->round(std::min<uint64_t>(64, runs - s->runs()))) {
        s->learn(runKernel(kernel, r, pools));
      }
    }
    return s->corpus();
  };
  const std::vector<ChoiceLog> first = search({}, 2000);
  EXPECT_GT(first.size(), 5u);
  // As many runs as there are logs, the plain run twice: all are kept again, as each has something of its own.
  EXPECT_EQ(search(first, first.size() + 2).size(), first.size());
}

}  // namespace
}  // namespace orrery::sim
