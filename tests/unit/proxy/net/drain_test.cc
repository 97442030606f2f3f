#include "proxy/net/drain.h"

#include <gtest/gtest.h>

#include <memory>

namespace orrery::net {
namespace {

class Fixed final : public io::Random {
 public:
  explicit Fixed(uint64_t bits) : bits_(bits) {}
  uint64_t bits() override { return bits_; }
  std::unique_ptr<io::Random> child(std::string_view) override { return std::make_unique<Fixed>(bits_); }

 private:
  uint64_t bits_;
};

TimePoint at(int64_t seconds) { return TimePoint() + Duration::seconds(seconds); }

TEST(Drain, ClosesTheMoreTheLongerItLastsAndAlwaysInItsSecondHalf) {
  Drain drain;
  Fixed half(UINT64_C(1) << 63);
  EXPECT_FALSE(drain.closes(at(0), half));
  drain.begin({at(1000), Duration::seconds(600), true});
  Fixed least(0);
  EXPECT_FALSE(drain.closes(at(1000) + Duration::milliseconds(999), least));
  EXPECT_TRUE(drain.closes(at(1001), least));
  EXPECT_FALSE(drain.closes(at(1150), half));
  EXPECT_TRUE(drain.closes(at(1151), half));
  Fixed most(UINT64_MAX);
  EXPECT_FALSE(drain.closes(at(1299), most));
  EXPECT_TRUE(drain.closes(at(1300), most));
  EXPECT_TRUE(drain.closes(at(5000), most));
}

TEST(Drain, OfAnOddTimeTheLongerPartIsItsHalf) {
  Fixed most(UINT64_MAX);
  Drain drain;
  drain.begin({at(0), Duration::seconds(5), true});
  EXPECT_FALSE(drain.closes(at(2), most));
  EXPECT_TRUE(drain.closes(at(3), most));
}

TEST(Drain, ClosesAlwaysWhereItIsImmediateOrHasNoTime) {
  Fixed most(UINT64_MAX);
  Drain immediate;
  immediate.begin({at(0), Duration::seconds(600), false});
  EXPECT_TRUE(immediate.closes(at(0), most));
  Drain none;
  none.begin({at(0), Duration(), true});
  EXPECT_TRUE(none.closes(at(0), most));
}

TEST(Drain, AFailedHealthCheckComesAndGoes) {
  Fixed most(UINT64_MAX);
  Drain drain;
  drain.failHealthCheck(true);
  EXPECT_TRUE(drain.closes(at(0), most));
  drain.failHealthCheck(false);
  EXPECT_FALSE(drain.closes(at(0), most));
}

TEST(Drain, WhatHasBegunIsNotBegunAnew) {
  Fixed most(UINT64_MAX);
  Drain drain;
  drain.begin({at(0), Duration::seconds(10), true});
  drain.begin({at(4), Duration::seconds(100), true});
  EXPECT_TRUE(drain.closes(at(5), most));
}

}  // namespace
}  // namespace orrery::net
