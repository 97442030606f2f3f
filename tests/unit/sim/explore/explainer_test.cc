#include <gtest/gtest.h>

#include "sim/explore/explainer.h"
#include "tests/unit/sim/explore/toy.h"

namespace orrery::sim {
namespace {

ChoiceLog logOf(const std::vector<std::pair<std::string, uint64_t>>& texts, const Toy& toy) {
  Deviations deviations;
  for (const auto& [text, value] : texts) EXPECT_TRUE(deviations.add(text, value));
  return ChoiceLog::of(toy.run({.strategy = Strategy::replay(deviations), .listQuestions = true}));
}

TEST(Explainer, OneDeviationThatAloneBreaksItDecides) {
  Toy toy{.questions = 10};
  toy.fails = [](const std::vector<uint32_t>& a) { return a[4] != 0; };
  const Explanation e = Explainer(toy.execute(), kBroke).explain(logOf({{"/loop.1:lateness:4", 1}}, toy));
  ASSERT_EQ(e.single.size(), 1u);
  EXPECT_EQ(e.single[0].failedWith, 64u);
  EXPECT_EQ(e.single[0].failedWithout, 0u);
  EXPECT_TRUE(e.single[0].decides());
  EXPECT_TRUE(e.pairs.empty());
  ASSERT_TRUE(e.passing);
  EXPECT_EQ(e.changed, std::vector<size_t>{0});
  // Before the fifth question there are four questions and four steps.
  EXPECT_EQ(e.parts, 8u);
}

// Of two that are needed each decides while the other holds; the nearest passing run is the one that parts later.
TEST(Explainer, TheNearestPassingRunPartsLatest) {
  Toy toy{.questions = 10};
  toy.fails = [](const std::vector<uint32_t>& a) { return a[2] != 0 && a[7] != 0; };
  const Explanation e =
      Explainer(toy.execute(), kBroke).explain(logOf({{"/loop.1:lateness:2", 1}, {"/loop.1:lateness:7", 1}}, toy));
  ASSERT_EQ(e.single.size(), 2u);
  EXPECT_TRUE(e.single[0].decides());
  EXPECT_TRUE(e.single[1].decides());
  EXPECT_EQ(e.changed, std::vector<size_t>{1});
  EXPECT_EQ(e.parts, 14u);
}

// One of many ways to break it: without it the completions find others.
TEST(Explainer, OneOfManyWaysOnlyContributes) {
  Toy toy{.questions = 200};
  toy.fails = [](const std::vector<uint32_t>& a) {
    return std::any_of(a.begin() + 100, a.end(), [](uint32_t v) { return v == 3; });
  };
  const Explanation e = Explainer(toy.execute(), kBroke).explain(logOf({{"/loop.1:lateness:100", 3}}, toy));
  ASSERT_EQ(e.single.size(), 1u);
  EXPECT_FALSE(e.single[0].decides());
  EXPECT_TRUE(e.single[0].contributes());
  // 99 questions, each 3 once in 3 * 32: about two in three runs.
  EXPECT_GT(e.single[0].failedWithout, 20u);
}

// The plain run fails: what passes has one deviation more.
TEST(Explainer, OfAPlainRunTheNearestPassingRunHasOneMore) {
  Toy toy{.questions = 10};
  toy.fails = [](const std::vector<uint32_t>& a) { return a[6] == 0; };
  const Explanation e = Explainer(toy.execute(), kBroke).explain(ChoiceLog{});
  EXPECT_TRUE(e.single.empty());
  ASSERT_TRUE(e.passing);
  EXPECT_TRUE(e.changed.empty());
  EXPECT_EQ(e.passing->deviations.size(), 1u);
}

}  // namespace
}  // namespace orrery::sim
