#include "proxy/base/ascii.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace orrery {
namespace {

TEST(Ascii, CaseIsThatOfTwentySixLettersOnly) {
  EXPECT_TRUE(equalsIgnoreCase("Keep-Alive", "kEEP-aLIVE"));
  EXPECT_FALSE(equalsIgnoreCase("a", "ab"));
  EXPECT_FALSE(equalsIgnoreCase("[", "{"));  // 32 apart, as letters are
  EXPECT_FALSE(equalsIgnoreCase("\xC4", "\xE4"));
  EXPECT_EQ(toLower("AZaz[@\xC4"), "azaz[@\xC4");
}

TEST(Ascii, TrimTakesSpacesAndTabsOnly) {
  EXPECT_EQ(trim(" \t a b\t "), "a b");
  EXPECT_EQ(trim("\n"), "\n");
  EXPECT_EQ(trim(" \t"), "");
}

TEST(Ascii, ParseDecimalTakesTheWholeTextOrNothing) {
  EXPECT_EQ(parseDecimal("0"), 0u);
  EXPECT_EQ(parseDecimal("18446744073709551615"), UINT64_MAX);
  for (const char* bad : {"", "18446744073709551616", "-1", "+1", " 1", "1 ", "0x1", "1.0", "a"}) {
    EXPECT_FALSE(parseDecimal(bad).has_value()) << bad;
  }
}

TEST(Ascii, ForEachTokenTrimsAndSkipsEmptyOnes) {
  std::vector<std::string> seen;
  const auto collect = [&](std::string_view t) { seen.emplace_back(t); };
  forEachToken("close , \tkeep-alive,, ,x", collect);
  EXPECT_EQ(seen, (std::vector<std::string>{"close", "keep-alive", "x"}));
  seen.clear();
  forEachToken("", collect);
  forEachToken(",", collect);
  EXPECT_TRUE(seen.empty());
}

}  // namespace
}  // namespace orrery
