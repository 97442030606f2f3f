#include "proxy/upstream/request_window.h"

#include <gtest/gtest.h>

namespace orrery::upstream {
namespace {

TimePoint at(int64_t ms) { return TimePoint::fromNanoseconds(ms * 1'000'000); }

TEST(RequestWindow, CountsForNineToTenSteps) {
  RequestWindow window(Duration::seconds(1));  // steps of 100 ms
  window.add(at(5000));
  window.add(at(5099));
  window.add(at(5100));
  EXPECT_EQ(window.count(at(5100)), 3u);
  EXPECT_EQ(window.count(at(5999)), 3u) << "the step of 5000 is the tenth";
  EXPECT_EQ(window.count(at(6000)), 1u);
  EXPECT_EQ(window.count(at(6100)), 0u);
}

TEST(RequestWindow, ANewStepTakesThePlaceOfThatOneIntervalAgo) {
  RequestWindow window(Duration::seconds(1));
  for (int64_t ms = 0; ms < 5000; ms += 50) window.add(at(ms));
  // Two of each of ten steps: 4000 to 4950.
  EXPECT_EQ(window.count(at(4999)), 20u);
}

TEST(RequestWindow, AClockThatIsBehindAddsNothingToANewerStep) {
  RequestWindow window(Duration::seconds(1));
  window.add(at(6000));
  window.add(at(5000));  // its place has been taken
  EXPECT_EQ(window.count(at(6000)), 1u);
}

TEST(RequestWindow, WithoutStepsNothingCounts) {
  RequestWindow window(Duration::milliseconds(9));
  window.add(at(1));
  EXPECT_EQ(window.count(at(1)), 0u);
}

}  // namespace
}  // namespace orrery::upstream
