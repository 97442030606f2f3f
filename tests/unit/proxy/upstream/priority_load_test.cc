#include "proxy/upstream/priority_load.h"

#include <gtest/gtest.h>

namespace orrery::upstream {
namespace {

using Percents = std::vector<uint32_t>;

// A priority of so many healthy, degraded and unhealthy hosts.
struct Level {
  uint32_t healthy;
  uint32_t degraded = 0;
  uint32_t unhealthy = 0;
};

std::vector<HostSet> sets(const std::vector<Level>& levels) {
  std::vector<HostSet> out(levels.size());
  for (size_t i = 0; i < levels.size(); ++i) {
    out[i].groups[static_cast<size_t>(HostGroup::kHealthy)].resize(levels[i].healthy);
    out[i].groups[static_cast<size_t>(HostGroup::kDegraded)].resize(levels[i].degraded);
    out[i].groups[static_cast<size_t>(HostGroup::kAll)].resize(levels[i].healthy + levels[i].degraded +
                                                               levels[i].unhealthy);
  }
  return out;
}

BalancedPriorities balance(const std::vector<Level>& levels, uint32_t panic = 50) {
  return balancePriorities(sets(levels), 140, panic);
}

// The tables of Envoy's documentation, "Priority levels".
TEST(PriorityLoad, TwoLevelsShareByHealth) {
  const auto of = [](uint32_t percent) { return balance({{percent, 0, 100 - percent}, {100}}).load.healthy; };
  EXPECT_EQ(of(100), (Percents{100, 0}));
  EXPECT_EQ(of(72), (Percents{100, 0}));
  EXPECT_EQ(of(71), (Percents{99, 1}));
  EXPECT_EQ(of(50), (Percents{70, 30}));
  EXPECT_EQ(of(25), (Percents{35, 65}));
  EXPECT_EQ(of(0), (Percents{0, 100}));
}

TEST(PriorityLoad, ThreeLevelsAreFilledInOrder) {
  const auto of = [](uint32_t a, uint32_t b, uint32_t c) {
    return balance({{a, 0, 100 - a}, {b, 0, 100 - b}, {c, 0, 100 - c}}).load.healthy;
  };
  EXPECT_EQ(of(100, 100, 100), (Percents{100, 0, 0}));
  EXPECT_EQ(of(72, 72, 100), (Percents{100, 0, 0}));
  EXPECT_EQ(of(71, 71, 100), (Percents{99, 1, 0}));
  EXPECT_EQ(of(50, 60, 100), (Percents{70, 30, 0}));
  EXPECT_EQ(of(0, 100, 100), (Percents{0, 100, 0}));
  EXPECT_EQ(of(5, 0, 65), (Percents{8, 0, 92}));  // of 98 %; rounding goes to the first
}

TEST(PriorityLoad, WhatIsShortIsScaledAndRoundingGoesToTheFirst) {
  // 20 % of three levels: 28 each, of 84.
  const auto b = balance({{20, 0, 80}, {20, 0, 80}, {20, 0, 80}}, 0);
  EXPECT_EQ(b.load.healthy, (Percents{34, 33, 33}));
}

TEST(PriorityLoad, ALevelPanicsOnlyWhenAllTogetherAreTooFew) {
  EXPECT_EQ(balance({{20, 0, 80}, {100}}).panic, (std::vector<bool>{false, false}));
  const auto some = balance({{40, 0, 60}, {20, 0, 80}});
  EXPECT_EQ(some.panic, (std::vector<bool>{true, true}));
  EXPECT_EQ(some.load.healthy, (Percents{50, 50})) << "in total panic hosts count, whatever their health";
  const auto one = balance({{55, 0, 45}, {5, 0, 95}});
  EXPECT_EQ(one.panic, (std::vector<bool>{false, true}));
}

TEST(PriorityLoad, DegradedHostsCountAsAvailable) {
  const auto b = balance({{1, 1, 0}});
  EXPECT_EQ(b.load.healthy, (Percents{70}));
  EXPECT_EQ(b.load.degraded, (Percents{30}));
  EXPECT_FALSE(b.panic[0]);
  const auto two = balance({{0, 10, 0}, {10}});
  EXPECT_EQ(two.load.healthy, (Percents{0, 100})) << "a healthy second level goes before a degraded first";
}

TEST(PriorityLoad, AnEmptyLevelTakesNothing) {
  EXPECT_EQ(balance({{0}, {3}}).load.healthy, (Percents{0, 100}));
  EXPECT_EQ(balance({{0}}).load.healthy, (Percents{100})) << "somewhere it must go";
}

TEST(PriorityLoad, ARetryLeavesOutWhatWasTriedUntilNothingIsLeft) {
  const PriorityAvailability availability = availabilityOf(sets({{10}, {5, 0, 5}, {10}}), 140);
  PriorityLoad load;
  std::vector<bool> excluded{true, false, false};
  ASSERT_TRUE(loadWithout(availability, excluded, load));
  EXPECT_EQ(load.healthy, (Percents{0, 70, 30}));
  excluded = {true, true, true};
  ASSERT_TRUE(loadWithout(availability, excluded, load));
  EXPECT_EQ(load.healthy, (Percents{100, 0, 0}));
  EXPECT_EQ(excluded, (std::vector<bool>{false, false, false}));
  EXPECT_FALSE(loadWithout(availabilityOf(sets({{0, 0, 5}}), 140), excluded, load));
}

TEST(PriorityLoad, EachPercentOfTheDrawHasItsPriority) {
  const PriorityLoad load{{20, 30}, {0, 50}};
  const auto at = [&](uint64_t draw) {
    const ChosenPriority c = choosePriority(load, draw);
    return std::pair(c.priority, c.group);
  };
  EXPECT_EQ(at(0), std::pair(0u, HostGroup::kHealthy));
  EXPECT_EQ(at(19), std::pair(0u, HostGroup::kHealthy));
  EXPECT_EQ(at(20), std::pair(1u, HostGroup::kHealthy));
  EXPECT_EQ(at(150), std::pair(1u, HostGroup::kDegraded));
  EXPECT_EQ(at(99), std::pair(1u, HostGroup::kDegraded));
}

}  // namespace
}  // namespace orrery::upstream
