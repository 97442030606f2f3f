#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "sim/explore/search.h"
#include "tests/unit/sim/explore/toy.h"

namespace orrery::sim {
namespace {

// Runs until nothing is left or `most` runs were made.
void searchToy(Search& search, const Toy& toy, uint64_t most, size_t round = 64) {
  while (search.runs() < most) {
    const auto runs = search.round(std::min<uint64_t>(round, most - search.runs()));
    if (runs.empty()) return;
    for (const RunRequest& r : runs) search.learn(toy.run(r));
  }
}

const StrategyTally& tally(const Search& search, std::string_view name) {
  return *std::find_if(search.tallies().begin(), search.tallies().end(), [&](const auto& t) { return t.name == name; });
}

TEST(Explore, BeginsWithThePlainRun) {
  Search search({});
  const auto first = search.round(100);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_TRUE(first[0].strategy.isPlain());
}

// 6 questions of 4 answers: 18 deviations. Pairs: for the deviation of question i, the questions after it: (5 + 4 + 3 + 2 + 1)
// times 3 times 3.
TEST(Explore, SinglesAndPairsAreCountedAndComplete) {
  const Toy toy{};
  Search search({.strategies = {"single", "pair"}});
  searchToy(search, toy, 100'000);
  EXPECT_EQ(tally(search, "single").runs, 18u);
  EXPECT_EQ(tally(search, "pair").runs, 15u * 9);
  ASSERT_EQ(search.covered().size(), 2u);
  EXPECT_EQ(search.covered()[0].sentence(),
            "every run with at most 1 deviation among lateness over the plain run: 19 runs, complete");
  EXPECT_EQ(search.covered()[1].sentence(),
            "every run with 2 deviations among lateness, the second in the run that the first produced: 135 runs, "
            "complete");
  // All of them are different runs.
  EXPECT_EQ(tally(search, "single").newEnds + tally(search, "pair").newEnds, 18u + 135);
}

TEST(Explore, WhatTheBudgetCutsOffIsNotCalledComplete) {
  const Toy toy{};
  Search search({.strategies = {"single", "pair"}});
  searchToy(search, toy, 10);
  ASSERT_EQ(search.covered().size(), 1u);
  EXPECT_EQ(search.covered()[0].sentence(),
            "runs with at most 1 deviation among lateness over the plain run: 10 of 19");
  searchToy(search, toy, 30);
  ASSERT_EQ(search.covered().size(), 2u);
  EXPECT_EQ(search.covered()[1].runs, 11u);
  EXPECT_FALSE(search.covered()[1].complete);
}

// A hundred loops that must all be late at their second question.
TEST(Explore, OneClassThatDeviatesAlikeIsOneRun) {
  Toy toy{.loops = 100, .questions = 3};
  toy.fails = [](const std::vector<uint32_t>& a) {
    return std::all_of(a.begin() + 100, a.begin() + 200, [](uint32_t v) { return v != 0; });
  };
  Search search({.strategies = {"alike"}});
  searchToy(search, toy, 1000);
  ASSERT_EQ(search.groups().size(), 1u);
  EXPECT_LE(search.groups()[0].firstRun, 10u);
  EXPECT_EQ(search.groups()[0].firstBy, "alike");
  // Three values for each of the 3 questions and for all of them.
  EXPECT_EQ(search.covered()[0].runs, 12u);
  EXPECT_TRUE(search.covered()[0].complete);
}

TEST(Explore, WhatIsFoundIsRepeatedByItsLog) {
  Toy toy{.loops = 3, .questions = 8};
  toy.fails = [](const std::vector<uint32_t>& a) { return a[2] == 3 && a[9] != 0 && a[17] != 0; };
  for (const std::string strategy : {"swarm", "pct", "delay", "walk", "starve"}) {
    Search search({.seed = 7, .strategies = {strategy}});
    searchToy(search, toy, 60'000);
    for (const FailureGroup& g : search.groups()) {
      RunRequest again;
      again.strategy = g.strategy();
      const RunResult result = toy.run(again);
      EXPECT_EQ(result.hash, g.hash) << strategy;
      EXPECT_TRUE(failsAs(result, g.what)) << strategy;
    }
    EXPECT_EQ(search.groups().size(), 1u) << strategy;
  }
}

// What each run was, in order.
std::vector<uint64_t> hashesOf(uint64_t seed, size_t strategiesFrom) {
  const Toy toy{.loops = 2, .questions = 5};
  const auto& names = Search::strategyNames();
  SearchOptions options;
  options.seed = seed;
  for (size_t i = strategiesFrom; i < names.size(); ++i) options.strategies.emplace_back(names[i]);
  Search search(std::move(options));
  std::vector<uint64_t> hashes;
  while (hashes.size() < 700) {
    const auto runs = search.round(50);
    if (runs.empty()) break;
    for (const RunRequest& r : runs) {
      const RunResult result = toy.run(r);
      hashes.push_back(result.hash);
      search.learn(result);
    }
  }
  return hashes;
}

TEST(Explore, FollowsFromItsSeed) {
  EXPECT_EQ(hashesOf(1, 0), hashesOf(1, 0));
  EXPECT_NE(hashesOf(1, 5), hashesOf(2, 5));
}

TEST(Explore, MarksAreCountedWithTheirFirstRun) {
  const Toy toy{};
  Search search({.strategies = {"single"}, .marks = 2});
  while (search.runs() < 19) {
    for (const RunRequest& r : search.round(64)) {
      RunResult result = toy.run(r);
      result.shown = {result.deviations.size() == 1, false};
      search.learn(result);
    }
  }
  EXPECT_EQ(search.marks()[0].runs, 18u);
  EXPECT_EQ(search.marks()[0].firstRun, 2u);
  EXPECT_EQ(search.marks()[0].firstBy, "single");
  EXPECT_EQ(search.marks()[1].runs, 0u);
}

TEST(Explore, WitnessesComeRightAfterThePlainRun) {
  const Toy toy{};
  Deviations log;
  ASSERT_TRUE(log.add("/loop.1:lateness:2", 3));
  Search search({.witnesses = {Strategy::replay(log)}});
  searchToy(search, toy, 2);
  EXPECT_EQ(tally(search, "witness").runs, 1u);
  EXPECT_EQ(tally(search, "witness").newEnds, 1u);
}

}  // namespace
}  // namespace orrery::sim
