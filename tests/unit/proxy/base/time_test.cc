#include "proxy/base/time.h"

#include <gtest/gtest.h>

namespace orrery {
namespace {

TEST(Duration, UnitsAreExact) {
  EXPECT_EQ(Duration::seconds(2), Duration::milliseconds(2000));
  EXPECT_EQ(Duration::milliseconds(3).inMicroseconds(), 3000);
  EXPECT_EQ(Duration::nanoseconds(1'999'999).inMilliseconds(), 1);
  EXPECT_EQ(Duration::microseconds(5) * 4 - Duration::nanoseconds(1), Duration::nanoseconds(19'999));
  EXPECT_LT(Duration::zero(), Duration::nanoseconds(1));
}

TEST(TimePoint, NeverPlusAnythingStaysNever) {
  EXPECT_EQ(TimePoint::max() + Duration::seconds(1), TimePoint::max());
  EXPECT_EQ(TimePoint::fromNanoseconds(5) + Duration::max(), TimePoint::max());
  EXPECT_EQ(TimePoint::fromNanoseconds(5) + Duration::nanoseconds(2), TimePoint::fromNanoseconds(7));
  EXPECT_EQ(TimePoint::fromNanoseconds(5) - TimePoint::fromNanoseconds(7), Duration::nanoseconds(-2));
}

}  // namespace
}  // namespace orrery
