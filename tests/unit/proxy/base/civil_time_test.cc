#include "proxy/base/civil_time.h"

#include <gtest/gtest.h>

namespace orrery {
namespace {

TEST(CivilTime, EveryDayFollowsTheOneBefore) {
  CivilTime before = civilTimeOf(WallTime::fromUnixNanoseconds(-86'400'000'000'000 * 800));
  for (int64_t day = -799; day < 60'000; ++day) {
    const CivilTime t = civilTimeOf(WallTime::fromUnixNanoseconds(86'400'000'000'000 * day));
    ASSERT_EQ(t.weekday, (before.weekday + 1) % 7);
    if (t.day != 1) {
      ASSERT_EQ(t.day, before.day + 1);
      ASSERT_EQ(t.month, before.month);
    } else {
      ASSERT_EQ(before.day, daysOfMonth(before.year, before.month));
      ASSERT_EQ(t.month, before.month % 12 + 1);
    }
    if (t.month == 1 && t.day == 1) {
      ASSERT_EQ(t.yearDay, 0u);
      ASSERT_EQ(t.year, before.year + 1);
    } else {
      ASSERT_EQ(t.yearDay, before.yearDay + 1);
    }
    ASSERT_EQ(unixDaysOf(t.year, t.month, t.day), day);
    before = t;
  }
}

TEST(CivilTime, HoldsEverySecondThatThereIsANumberFor) {
  EXPECT_EQ(civilTimeOf(INT64_MAX).year, 292'277'026'596);
  EXPECT_EQ(civilTimeOf(INT64_MIN).year, -292'277'022'657);
  EXPECT_EQ(civilTimeOf(INT64_MIN).second, 52u);
}

}  // namespace
}  // namespace orrery
