#include <gtest/gtest.h>

#include <string>

#include "sim/script/script.h"

// Texts that are more than ASCII (most found by scenario_fuzz).
namespace orrery::script {
namespace {

std::string claiming(const std::string& claim) {
  return "claim: " + claim + "\nproxy: { bootstrap: b.yaml }\nhosts:\n  client:\n";
}

TEST(ScenarioText, TheLongFormHasTheSameLetters) {
  for (const char* claim : {"\"caf\xc3\xa9 \xe2\x86\x92 \xf0\x9f\x94\xad\"", "\"a \\x81 control\"",
                            "\"quote \\\" and \\\\\"", "\"\\u00a0 \\u0085 \\u2028\""}) {
    const LoadResult read = loadScenario(claiming(claim));
    ASSERT_TRUE(read.scenario) << claim;
    const LongResult once = longForm(claiming(claim));
    const LoadResult again = loadScenario(once.text);
    ASSERT_TRUE(again.scenario) << once.text;
    EXPECT_EQ(again.scenario->claim, read.scenario->claim) << once.text;
    EXPECT_EQ(longForm(once.text).text, once.text);
  }
}

TEST(ScenarioText, OtherBytesAreRefusedWhereTheyStand) {
  const LoadResult read = loadScenario("claim: \xc3\xa9\nsource: ab\x81\n");
  ASSERT_EQ(read.problems.size(), 1u);
  EXPECT_EQ(read.problems[0].message, "expected UTF-8, found other bytes");
  EXPECT_EQ(read.problems[0].mark.line, 2);
  EXPECT_EQ(read.problems[0].mark.column, 11);
}

TEST(ScenarioText, ANumberThatNoMappingTakesIsNoNumberInAShortFormEither) {
  const auto withTimes = [](const std::string& times) {
    return claiming("c") + "always:\n  - client saw " + times +
           " requests\n  - { saw: { host: client, times: " + times + " } }\n";
  };
  EXPECT_EQ(loadScenario(withTimes("1099511627776")).problems.size(), loadScenario(withTimes("7")).problems.size());
  const LoadResult large = loadScenario(withTimes("1099511627777"));
  ASSERT_EQ(large.problems.size(), 2u);
  EXPECT_EQ(large.problems[0].mark.line, 6);
  EXPECT_EQ(large.problems[1].mark.line, 7);
}

}  // namespace
}  // namespace orrery::script
