#include <gtest/gtest.h>

#include "sim/explore/story_lines.h"

namespace orrery::sim {
namespace {

TEST(StoryLines, NumbersGetLowerTheSmallestFirst) {
  EXPECT_EQ(simplerForms("  - wait 250ms"),
            (StoryLines{"  - wait 0ms", "  - wait 1ms", "  - wait 15ms", "  - wait 125ms", "  - wait 249ms"}));
  EXPECT_EQ(simplerForms("concurrency: 1"), StoryLines{"concurrency: 0"});
}

TEST(StoryLines, WordsAndAddressesAreNoNumbers) {
  EXPECT_TRUE(simplerForms("name: envoy.filters.network.http_connection_manager.v3").empty());
  EXPECT_TRUE(simplerForms("address: 127.0.0.1").empty());
  EXPECT_TRUE(simplerForms("- connect proxy:x").empty());
}

TEST(StoryLines, TimesThatBelongTogetherGetLowerTogether) {
  const std::vector<StoryLines> forms = simplerTogether({"- wait 2s", "- wait 2s, then close 2", "- wait 3s"});
  ASSERT_EQ(forms.size(), 2u);
  EXPECT_EQ(forms[0], (StoryLines{"- wait 0s", "- wait 0s, then close 2", "- wait 3s"}));
  EXPECT_EQ(forms[1], (StoryLines{"- wait 1s", "- wait 1s, then close 2", "- wait 3s"}));
}

TEST(StoryLines, TextsGetShorter) {
  EXPECT_EQ(simplerForms("- answer \"hello!\""), (StoryLines{"- answer \"h\"", "- answer \"hel\""}));
}

TEST(StoryLines, TheBootstrapComesInside) {
  const std::string bootstrap = "admin:\n  address: x\n";
  const StoryLines inside = {"claim: a", "proxy:", "  bootstrap:", "    admin:", "      address: x", "hosts:"};
  EXPECT_EQ(withBootstrapInside({"claim: a", "proxy: { bootstrap: edge.yaml }  # a, b", "hosts:"}, bootstrap), inside);
  EXPECT_EQ(withBootstrapInside(
                {"claim: a", "proxy:", "  bootstrap: edge.yaml", "  overrides:", "    a.b: 1", "hosts:"}, bootstrap),
            inside);
  EXPECT_EQ(withBootstrapInside(inside, bootstrap), std::nullopt);
  EXPECT_EQ(withBootstrapInside({"proxy: { bootstrap: edge.yaml, workers: 2 }"}, bootstrap), std::nullopt);
  EXPECT_EQ(withBootstrapInside({"proxy: { bootstrap: edge.json }"}, "{\n}"), std::nullopt);
}

}  // namespace
}  // namespace orrery::sim
