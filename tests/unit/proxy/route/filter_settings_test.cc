#include "proxy/route/filter_settings.h"

#include <gtest/gtest.h>

#include "proxy/route/route_config.h"

namespace orrery::route {
namespace {

using Enabled = FilterSlot::Enabled;

std::shared_ptr<const void> text(const char* s) { return std::make_shared<const std::string>(s); }
std::string say(const void* setting) { return setting == nullptr ? "-" : *static_cast<const std::string*>(setting); }

FilterChainShape chain() {
  return {.filters = {{"a", "kind.a"}, {"b", "kind.b"}},
          .clusterFilters = {{"a", "kind.a"}},
          .compile = [](size_t, const std::shared_ptr<const void>& options) { return options; }};
}

RouteConfig config() {
  RouteConfig c;
  c.virtualHosts.resize(1);
  c.virtualHosts[0].routes.resize(2);
  return c;
}

TEST(FilterSettings, TheMostSpecificLevelWinsAndAllAreThere) {
  RouteConfig c = config();
  c.filterSettings = {{"a", "kind.a", text("config"), false}};
  c.virtualHosts[0].filterSettings = {{"a", "kind.a", text("host"), false}};
  c.virtualHosts[0].routes[0].filterSettings = {{"a", "kind.a", text("route"), false}};
  flattenFilterSettings(c, chain());
  const FilterSlot& own = c.virtualHosts[0].routes[0].slots->chain[0];
  EXPECT_EQ(say(own.mostSpecific), "route");
  EXPECT_EQ(say(own.levels[0]) + say(own.levels[1]) + say(own.levels[2]), "confighostroute");
  const FilterSlot& inherited = c.virtualHosts[0].routes[1].slots->chain[0];
  EXPECT_EQ(say(inherited.mostSpecific), "host");
  EXPECT_EQ(say(inherited.levels[2]), "-");
}

TEST(FilterSettings, WhatNoLevelSpeaksOfCostsNothing) {
  RouteConfig c = config();
  flattenFilterSettings(c, chain());
  EXPECT_EQ(c.virtualHosts[0].routes[0].slots, nullptr);
}

TEST(FilterSettings, ASettingForAnotherKindOfFilterSaysNothingButThatItIsOn) {
  RouteConfig c = config();
  c.filterSettings = {{"a", "kind.b", text("wrong"), false}, {"nobody", "kind.a", text("x"), false}};
  flattenFilterSettings(c, chain());
  const FilterSlot& slot = c.virtualHosts[0].routes[0].slots->chain[0];
  EXPECT_EQ(say(slot.mostSpecific), "-");
  EXPECT_EQ(slot.enabled, Enabled::kYes);
}

TEST(FilterSettings, ARouteSwitchesOnWhatItsHostSwitchedOff) {
  RouteConfig c = config();
  c.virtualHosts[0].filterSettings = {{"b", "", nullptr, true}};
  c.virtualHosts[0].routes[0].filterSettings = {{"b", "kind.b", text("on"), false}};
  flattenFilterSettings(c, chain());
  EXPECT_EQ(c.virtualHosts[0].routes[0].slots->chain[1].enabled, Enabled::kYes);
  EXPECT_EQ(c.virtualHosts[0].routes[1].slots->chain[1].enabled, Enabled::kNo);
  EXPECT_EQ(c.virtualHosts[0].routes[1].slots->chain[0].enabled, Enabled::kUnsaid);
}

// Envoy's order: weighted cluster, route, virtual host, route configuration.
TEST(FilterSettings, AWeightedClusterSpeaksLast) {
  RouteConfig c = config();
  c.virtualHosts[0].filterSettings = {{"b", "", nullptr, true}};
  Route& route = c.virtualHosts[0].routes[0];
  route.filterSettings = {{"a", "kind.a", text("route"), false}};
  std::vector<WeightedCluster>& weighted = route.action.emplace().weighted;
  weighted.resize(2);
  weighted[0].filterSettings = {{"a", "kind.a", text("weighted"), false}, {"b", "kind.b", text("on"), false}};
  flattenFilterSettings(c, chain());
  const FilterSlot& own = weighted[0].slots->chain[0];
  EXPECT_EQ(say(own.mostSpecific), "weighted");
  EXPECT_EQ(say(own.levels[2]) + say(own.levels[3]), "routeweighted");
  EXPECT_EQ(weighted[0].slots->chain[1].enabled, Enabled::kYes);
  EXPECT_EQ(say(weighted[1].slots->chain[0].mostSpecific), "route");
  EXPECT_EQ(weighted[1].slots->chain[1].enabled, Enabled::kNo);
}

TEST(FilterSettings, ReachTheFiltersOfClustersByNameToo) {
  RouteConfig c = config();
  c.filterSettings = {{"a", "kind.a", text("config"), false}};
  std::vector<size_t> compiled;
  FilterChainShape shape = chain();
  shape.compile = [&](size_t slot, const std::shared_ptr<const void>& options) {
    compiled.push_back(slot);
    return options;
  };
  flattenFilterSettings(c, shape);
  EXPECT_EQ(say(c.virtualHosts[0].routes[1].slots->clusters[0].mostSpecific), "config");
  EXPECT_EQ(compiled, (std::vector<size_t>{0, 2}));
}

}  // namespace
}  // namespace orrery::route
