#include "proxy/format/time_format.h"

#include <gtest/gtest.h>

namespace orrery::format {
namespace {

std::string text(std::string_view format, int64_t seconds, int64_t nanoseconds = 0) {
  std::string out;
  TimeFormat(format).append(WallTime::fromUnixNanoseconds(seconds * 1'000'000'000 + nanoseconds), out);
  return out;
}

// Envoy 1.40 printed these for one instant, 2026-11-23T15:52:34.080464Z.
TEST(TimeFormat, DirectivesAreEnvoys) {
  struct {
    const char* format;
    const char* expected;
  } const cases[] = {{"%a", "Mon"},
                     {"%A", "Monday"},
                     {"%b", "Nov"},
                     {"%B", "November"},
                     {"%c", "Mon Nov 23 15:52:34 2026"},
                     {"%C", "20"},
                     {"%d", "23"},
                     {"%D", "11/23/26"},
                     {"%e", "23"},
                     {"%F", "2026-11-23"},
                     {"%g", "26"},
                     {"%G", "2026"},
                     {"%h", "Nov"},
                     {"%H", "15"},
                     {"%I", "03"},
                     {"%j", "327"},
                     {"%k", "15"},
                     {"%l", " 3"},
                     {"%m", "11"},
                     {"%M", "52"},
                     {"%N", "%N"},
                     {"%p", "PM"},
                     {"%P", "pm"},
                     {"%r", "03:52:34 PM"},
                     {"%R", "15:52"},
                     {"%s", "1795449154"},
                     {"%S", "34"},
                     {"%t", "\t"},
                     {"%T", "15:52:34"},
                     {"%u", "1"},
                     {"%U", "47"},
                     {"%v", "%v"},
                     {"%V", "48"},
                     {"%w", "1"},
                     {"%W", "47"},
                     {"%x", "11/23/26"},
                     {"%X", "15:52:34"},
                     {"%y", "26"},
                     {"%Y", "2026"},
                     {"%z", "+0000"},
                     {"%Z", "UTC"},
                     {"%f", "080464000"},
                     {"%1f", "0"},
                     {"%2f", "08"},
                     {"%3f", "080"},
                     {"%9f", "080464000"},
                     {"%E3S", "34.080"},
                     {"%E9S", "34.080464000"},
                     {"%E*S", "34.080464"},
                     {"%E*f", "080464"},
                     {"%E3f", "080"},
                     {"%E4Y", "2026"},
                     {"%Ez", "+00:00"},
                     {"%3s", "1795449154"},
                     {"%q", "%q"},
                     {"%%Y", "%Y"},
                     {"%", "%"},
                     {"a%sb", "a1795449154b"},
                     {"", "2026-11-23T15:52:34.080Z"},
                     {"%s.%3f", "1795449154.080"},
                     {"%Y/%m/%dT%H:%M:%S%z", "2026/11/23T15:52:34+0000"}};
  for (const auto& c : cases) EXPECT_EQ(text(c.format, 1795449154, 80'464'000), c.expected) << c.format;
}

TEST(TimeFormat, AWholeSecondHasNoFractionWhereOnlyUsefulDigitsAreAsked) {
  EXPECT_EQ(text("%E*S", 1795449154), "34");
  EXPECT_EQ(text("%E*f", 1795449154), "0");
  EXPECT_EQ(text("%E0S", 1795449154), "34");
}

TEST(CivilTime, LeapDaysCenturiesAndTheTimeBefore1970) {
  EXPECT_EQ(text("%F %T %a %j", 0), "1970-01-01 00:00:00 Thu 001");
  EXPECT_EQ(text("%F %T %a %j", -1), "1969-12-31 23:59:59 Wed 365");
  EXPECT_EQ(text("%F %j", 951'782'400), "2000-02-29 060");
  EXPECT_EQ(text("%F %j", 951'868'800), "2000-03-01 061");
  EXPECT_EQ(text("%F %j", 978'220'800), "2000-12-31 366");
  EXPECT_EQ(text("%F %j", 4'107'542'400), "2100-03-01 060");  // 2100 is no leap year
  EXPECT_EQ(text("%F", 4'107'456'000), "2100-02-28");
  EXPECT_EQ(text("%F %T", 9'223'372'035), "2262-04-11 23:47:15");  // where 64 bits of nanoseconds end
}

// Checked against the rules of ISO 8601: the first week is the one with the year's first Thursday.
TEST(CivilTime, IsoWeeksCrossYears) {
  EXPECT_EQ(text("%F %G-W%V-%u", 1'104'537'600), "2005-01-01 2004-W53-6");
  EXPECT_EQ(text("%F %G-W%V-%u", 1'230'508'800), "2008-12-29 2009-W01-1");
  EXPECT_EQ(text("%F %G-W%V-%u", 1'262'476'800), "2010-01-03 2009-W53-7");
  EXPECT_EQ(text("%F %G-W%V-%u", 1'609'459'200), "2021-01-01 2020-W53-5");
}

}  // namespace
}  // namespace orrery::format
