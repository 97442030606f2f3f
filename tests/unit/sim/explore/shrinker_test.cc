#include <gtest/gtest.h>

#include <algorithm>

#include "sim/explore/shrinker.h"
#include "tests/unit/sim/explore/toy.h"

namespace orrery::sim {
namespace {

// A run of the toy in which everything is late, under a run key of its own.
ChoiceLog everythingLate(const Toy& toy) {
  RunRequest plain;
  plain.listQuestions = true;
  ChoiceLog log;
  log.runKey = 4711;
  for (const Chooser::Asked& q : toy.run(plain).questions)
    log.items.push_back({q.key, 3, q.entity, q.site, q.n, q.occurrence});
  return log;
}

TEST(Shrinker, KeepsOnlyWhatTheFailureNeeds) {
  Toy toy{.loops = 10, .questions = 100};
  toy.fails = [](const std::vector<uint32_t>& a) { return a[123] >= 2 && a[777] != 0; };
  const Shrunk shrunk = Shrinker(toy.execute(), kBroke, 10'000).shrink(everythingLate(toy));
  EXPECT_TRUE(shrunk.reproduced);
  EXPECT_TRUE(shrunk.fixed);
  EXPECT_EQ(shrunk.before, 1000u);
  ASSERT_EQ(shrunk.log.items.size(), 2u);
  EXPECT_EQ(shrunk.log.items[0].value, 2u);
  EXPECT_EQ(shrunk.log.items[1].value, 1u);
  EXPECT_EQ(shrunk.log.runKey, Strategy::kPlainRunKey);
  EXPECT_LT(shrunk.runs, 300u);
  EXPECT_EQ(toy.run({.strategy = shrunk.log.strategy()}).hash, shrunk.result.hash);
}

// Two of the three are needed together or not at all: neither can be taken out alone.
TEST(Shrinker, EndsWhereNoPairCanBeTakenOut) {
  Toy toy{.questions = 40};
  toy.fails = [](const std::vector<uint32_t>& a) { return (a[3] != 0) == (a[20] != 0) && a[30] != 0; };
  const Shrunk shrunk = Shrinker(toy.execute(), kBroke, 10'000).shrink(everythingLate(toy));
  EXPECT_EQ(shrunk.log.items.size(), 1u);
}

TEST(Shrinker, AnotherFailureIsNotTheSame) {
  Toy toy{};
  toy.fails = [](const std::vector<uint32_t>& a) { return a[1] != 0; };
  const FailureClass other{"claim", "/loop", "another cause"};
  const Shrunk shrunk = Shrinker(toy.execute(), other, 1000).shrink(everythingLate(toy));
  EXPECT_FALSE(shrunk.reproduced);
  EXPECT_EQ(shrunk.log.items.size(), 6u);
  EXPECT_EQ(shrunk.runs, 1u);
}

TEST(Shrinker, StopsAtItsLimitWithWhatItHas) {
  Toy toy{.questions = 64};
  toy.fails = [](const std::vector<uint32_t>& a) { return a[10] != 0 && a[50] != 0; };
  const Shrunk shrunk = Shrinker(toy.execute(), kBroke, 12).shrink(everythingLate(toy));
  EXPECT_FALSE(shrunk.fixed);
  EXPECT_EQ(shrunk.runs, 12u);
  EXPECT_TRUE(failsAs(toy.run({.strategy = shrunk.log.strategy()}), kBroke));
}

TEST(Shrinker, NoLogIsTriedTwice) {
  Toy toy{.questions = 30};
  toy.fails = [](const std::vector<uint32_t>& a) { return a[3] != 0 && a[4] != 0; };
  std::vector<uint64_t> hashes;
  const auto execute = [&](const RunRequest& request) {
    RunResult result = toy.run(request);
    hashes.push_back(result.hash);
    return result;
  };
  ChoiceLog log = everythingLate(toy);
  log.runKey = Strategy::kPlainRunKey;  // the toy draws nothing: another key would be the same run
  const Shrunk shrunk = Shrinker(execute, kBroke, 10'000).shrink(log);
  std::sort(hashes.begin(), hashes.end());
  EXPECT_EQ(std::adjacent_find(hashes.begin(), hashes.end()), hashes.end());
  EXPECT_GT(shrunk.spared, 0u);
}

}  // namespace
}  // namespace orrery::sim
