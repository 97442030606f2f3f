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
  const FilterSlot& own = (*c.virtualHosts[0].routes[0].slots)[0];
  EXPECT_EQ(say(own.mostSpecific), "route");
  EXPECT_EQ(say(own.levels[0]) + say(own.levels[1]) + say(own.levels[2]), "confighostroute");
  const FilterSlot& inherited = (*c.virtualHosts[0].routes[1].slots)[0];
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
  const FilterSlot& slot = (*c.virtualHosts[0].routes[0].slots)[0];
  EXPECT_EQ(say(slot.mostSpecific), "-");
  EXPECT_EQ(slot.enabled, Enabled::kYes);
}

TEST(FilterSettings, ARouteSwitchesOnWhatItsHostSwitchedOff) {
  RouteConfig c = config();
  c.virtualHosts[0].filterSettings = {{"b", "", nullptr, true}};
  c.virtualHosts[0].routes[0].filterSettings = {{"b", "kind.b", text("on"), false}};
  flattenFilterSettings(c, chain());
  EXPECT_EQ((*c.virtualHosts[0].routes[0].slots)[1].enabled, Enabled::kYes);
  EXPECT_EQ((*c.virtualHosts[0].routes[1].slots)[1].enabled, Enabled::kNo);
  EXPECT_EQ((*c.virtualHosts[0].routes[1].slots)[0].enabled, Enabled::kUnsaid);
}

}  // namespace
}  // namespace orrery::route
