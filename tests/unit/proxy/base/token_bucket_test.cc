#include "proxy/base/token_bucket.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace orrery {
namespace {

constexpr TimePoint after(int64_t ns) { return TimePoint::fromNanoseconds(ns); }

TEST(TokenBucket, BeginsFullAndEmpties) {
  TokenBucket bucket(2, 1, Duration::seconds(1), after(0));
  EXPECT_TRUE(bucket.take(2, after(0)));
  EXPECT_FALSE(bucket.take(1, after(0)));
}

// 3 tokens a second: one every 333,333,333.3 ns, so the first is there at 333,333,334 ns.
TEST(TokenBucket, ATokenIsThereToTheNanosecond) {
  TokenBucket bucket(3, 3, Duration::seconds(1), after(0));
  EXPECT_TRUE(bucket.take(3, after(0)));
  EXPECT_EQ(bucket.untilNextToken(after(0)).inNanoseconds(), 333'333'334);
  EXPECT_FALSE(bucket.take(1, after(333'333'333)));
  EXPECT_TRUE(bucket.take(1, after(333'333'334)));
}

TEST(TokenBucket, HoldsNoMoreThanItsSize) {
  TokenBucket bucket(2, 2, Duration::seconds(1), after(0));
  EXPECT_EQ(bucket.takeUpTo(9, after(int64_t{3600} * 1'000'000'000)), 2u);
}

TEST(TokenBucket, ResetThrowsAwayWhatGathered) {
  TokenBucket bucket(100, 100, Duration::seconds(1), after(0));
  bucket.reset(5, after(0));
  EXPECT_EQ(bucket.takeUpTo(100, after(0)), 5u);
}

// However often it is asked, as many tokens come as time brings: no rounding is lost.
RC_GTEST_PROP(TokenBucket, GivesWhatTimeBringsHoweverItIsAsked, ()) {
  const auto perSecond = *rc::gen::inRange<uint64_t>(1, 1000);
  TokenBucket bucket(1'000'000'000, perSecond, Duration::seconds(1), after(0));
  bucket.reset(0, after(0));
  int64_t now = 0;
  uint64_t got = 0;
  for (const auto step : *rc::gen::container<std::vector<int64_t>>(rc::gen::inRange<int64_t>(0, 2'000'000'000))) {
    now += step;
    got += bucket.takeUpTo(1'000'000'000, after(now));
  }
  RC_ASSERT(got == static_cast<uint64_t>(now) * perSecond / 1'000'000'000);
}

}  // namespace
}  // namespace orrery
