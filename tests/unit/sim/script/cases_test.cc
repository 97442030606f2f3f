#include "sim/script/cases.h"

#include <gtest/gtest.h>

namespace orrery::script {
namespace {

constexpr std::string_view kStory = R"(claim: c ${x}
cases:
  # the first
  one: { x: 1s, y: "a b" }

  two:
    x: 2s
links:
  a-b: { latency: ${x} }  # no YAML before it is put in
story: "${x}${x}"
# ${unknown} in a comment
)";

std::string refusal(std::string_view text, std::string_view name) {
  const auto resolved = resolveCase(text, name);
  return resolved ? "accepted" : toLine(resolved.error(), "f.yaml");
}

TEST(Cases, AreListedInTheOrderOfTheFile) {
  EXPECT_EQ(caseNames(kStory), (std::vector<std::string>{"one", "two"}));
  EXPECT_TRUE(caseNames("claim: c\n").empty());
  EXPECT_TRUE(caseNames("").empty());
  EXPECT_TRUE(caseNames("cases: [1]\n").empty());
  EXPECT_TRUE(caseNames("cases:").empty());
}

TEST(Cases, PutTheirValuesInAndKeepTheLines) {
  const auto two = resolveCase(kStory, "two");
  ASSERT_TRUE(two.has_value()) << two.error().message;
  EXPECT_EQ(*two,
            "claim: c 2s\n\n\n\n\n\n\nlinks:\n  a-b: { latency: 2s }  # no YAML before it is put in\n"
            "story: \"2s2s\"\n# ${unknown} in a comment\n");
}

TEST(Cases, ATextWithoutATableIsItself) {
  EXPECT_EQ(*resolveCase("claim: ${x}", ""), "claim: ${x}");
  EXPECT_EQ(*resolveCase("", ""), "");
  EXPECT_NE(refusal("claim: c\n", "one").find("expected cases, of which 'one' is one, found none"), std::string::npos);
}

TEST(Cases, WhatIsWrongIsNamedByItsPlace) {
  EXPECT_EQ(refusal(kStory, ""),
            "f.yaml:2:1: error: cases: expected one of these behind # in the scenario's path: one, two; found none");
  EXPECT_EQ(refusal(kStory, "three"),
            "f.yaml:2:1: error: cases: expected one of these behind # in the scenario's path: one, two; found 'three'");
  EXPECT_EQ(refusal("claim: c\ncases: { a: { status: 1 } }\nstory: x ${statuss}\n", "a"),
            "f.yaml:3:10: error: expected a parameter of the case a (status), found 'statuss'; did you mean 'status'?");
  EXPECT_EQ(refusal("cases: { A: { x: 1 } }\n", "A").substr(0, 34), "f.yaml:1:10: error: cases.A: expec");
  EXPECT_EQ(refusal("cases: { in: { x: 1 } }\n", "in"),
            "f.yaml:1:10: error: cases.in: expected another name: 'in' is a word of expectations");
  EXPECT_EQ(refusal("cases: { a: { x: [1] } }\n", "a").substr(0, 45), "f.yaml:1:18: error: cases.a.x: expected a sin");
  EXPECT_EQ(refusal("claim: c\ncases: {\n", "a").substr(0, 7), "f.yaml:");
}

// Found by scenario_fuzz.
TEST(Cases, AWordThatOnlyBeginsLikeTheTableIsNone) {
  EXPECT_EQ(refusal("claim: c\ncases:x\n", "a"),
            "f.yaml:2:1: error: expected `cases:` with a mapping, found 'cases:x'");
  EXPECT_TRUE(caseNames("claim: c\ncases:x\n").empty());
}

TEST(Cases, WhatGrowsBeyondTheReadersLimitIsRefused) {
  std::string text = "cases: { a: { x: \"" + std::string(10'000, 'y') + "\" } }\n";
  for (int i = 0; i < 200; ++i) text += "k" + std::to_string(i) + ": ${x}\n";
  EXPECT_NE(refusal(text, "a").find("expected at most 1 MiB"), std::string::npos);
}

TEST(Cases, ArePartsOfAPath) {
  EXPECT_EQ(splitCase("a/b.yaml#one").file, "a/b.yaml");
  EXPECT_EQ(splitCase("a/b.yaml#one").name, "one");
  EXPECT_EQ(splitCase("a#b/c.yaml").file, "a#b/c.yaml");
  EXPECT_EQ(splitCase("c.yaml").name, "");
}

}  // namespace
}  // namespace orrery::script
