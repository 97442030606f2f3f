#include <gtest/gtest.h>

#include <set>

#include "sim/explore/search.h"
#include "tests/unit/sim/explore/toy.h"

namespace orrery::sim {
namespace {

std::set<uint64_t> endsOf(SearchOptions options, uint64_t most, std::vector<Covered>* covered = nullptr) {
  const Toy toy{.loops = 2, .questions = 3};
  Search search(std::move(options));
  std::set<uint64_t> ends;
  while (search.runs() < most) {
    const auto runs = search.round(std::min<uint64_t>(64, most - search.runs()));
    if (runs.empty()) break;
    for (const RunRequest& r : runs) {
      const RunResult result = toy.run(r);
      ends.insert(result.hash);
      search.learn(result);
    }
  }
  if (covered != nullptr) *covered = search.covered();
  return ends;
}

TEST(Shard, PartsTogetherAreTheWholeAndShareNothingButThePlainRun) {
  const std::vector<std::string> strategies = {"alike", "single", "pair"};
  std::vector<Covered> whole;
  const std::set<uint64_t> all = endsOf({.strategies = strategies}, 100'000, &whole);
  std::set<uint64_t> together;
  std::vector<uint64_t> runs(whole.size());
  for (size_t s = 0; s < 4; ++s) {
    std::vector<Covered> covered;
    const std::set<uint64_t> part = endsOf({.strategies = strategies, .shard = {s, 4}}, 100'000, &covered);
    together.insert(part.begin(), part.end());
    ASSERT_EQ(covered.size(), whole.size());
    for (size_t i = 0; i < covered.size(); ++i) {
      EXPECT_TRUE(covered[i].complete);
      EXPECT_EQ(covered[i].domain, whole[i].domain);
      runs[i] += covered[i].runs;
    }
  }
  EXPECT_EQ(together, all);
  EXPECT_EQ(runs[0], whole[0].runs);
  EXPECT_EQ(runs[1], whole[1].runs + 3);  // each part makes the plain run
  EXPECT_EQ(runs[2], whole[2].runs);
}

TEST(Shard, EachDrawsItsOwnChance) {
  EXPECT_NE(endsOf({.strategies = {"walk"}, .shard = {0, 2}}, 40),
            endsOf({.strategies = {"walk"}, .shard = {1, 2}}, 40));
}

TEST(Search, GoesOnWhereOneBeforeItWas) {
  const std::set<uint64_t> whole = endsOf({.strategies = {"walk", "alike"}}, 80);
  std::set<uint64_t> parts = endsOf({.strategies = {"walk", "alike"}}, 30);
  const size_t first = parts.size();
  std::vector<StrategyTally> done = {{"alike", 15}, {"walk", 14}};
  const std::set<uint64_t> second = endsOf({.strategies = {"walk", "alike"}, .done = done}, 51);
  parts.insert(second.begin(), second.end());
  EXPECT_GT(parts.size(), first);
  EXPECT_EQ(parts, whole);
}

}  // namespace
}  // namespace orrery::sim
