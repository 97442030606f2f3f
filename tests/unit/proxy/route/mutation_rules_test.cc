#include "proxy/route/mutation_rules.h"

#include <gtest/gtest.h>

namespace orrery::route {
namespace {

std::shared_ptr<const re2::RE2> regex(std::string_view text) { return *match::compileRegex(std::string(text)); }

TEST(MutationRules, RoutingAndEnvoysOwnFieldsAreLeftAloneUnlessAllowed) {
  MutationRules rules;
  EXPECT_TRUE(mayChange(rules, "x-a"));
  EXPECT_FALSE(mayChange(rules, "host"));
  EXPECT_FALSE(mayChange(rules, ":path"));
  EXPECT_FALSE(mayChange(rules, "x-envoy-a"));
  rules.allowRouting = rules.allowEnvoy = true;
  EXPECT_TRUE(mayChange(rules, "host"));
  EXPECT_TRUE(mayChange(rules, ":path"));
  EXPECT_TRUE(mayChange(rules, "x-envoy-a"));
  rules.disallowSystem = true;
  EXPECT_TRUE(mayChange(rules, "host"));
  EXPECT_FALSE(mayChange(rules, ":path"));
}

TEST(MutationRules, NamesDisallowedComeBeforeNamesAllowedAndBothBeforeTheRest) {
  MutationRules rules{.disallowAll = true, .allowed = regex("x-.*"), .disallowed = regex("x-a")};
  EXPECT_FALSE(mayChange(rules, "x-a"));
  EXPECT_TRUE(mayChange(rules, "x-ab"));
  EXPECT_TRUE(mayChange(rules, "x-envoy-a"));
  EXPECT_FALSE(mayChange(rules, "y"));
}

TEST(MutationRules, NothingMayRemoveWhatMakesTheRequest) {
  const MutationRules rules{.allowRouting = true, .allowed = regex(".*"), .disallowed = nullptr};
  EXPECT_FALSE(mayRemove(rules, "host"));
  EXPECT_FALSE(mayRemove(rules, ":path"));
  EXPECT_TRUE(mayRemove(rules, "x-a"));
}

}  // namespace
}  // namespace orrery::route
