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

TEST(Drain, ClosesTheMoreTheLongerItLasts) {
  Drain drain;
  Fixed half(UINT64_C(1) << 63);
  EXPECT_FALSE(drain.closes(at(0), half));
  drain.begin({at(1600), Duration::seconds(600), true});
  EXPECT_FALSE(drain.closes(at(1000), half));
  EXPECT_FALSE(drain.closes(at(1300), half));
  EXPECT_TRUE(drain.closes(at(1300) + Duration::nanoseconds(1), half));  // a second that has begun counts whole
  EXPECT_TRUE(drain.closes(at(1301), half));
  Fixed most(UINT64_MAX);
  EXPECT_FALSE(drain.closes(at(1599), most));
  EXPECT_TRUE(drain.closes(at(1600), most));
}

TEST(Drain, ClosesAlwaysWhereItIsImmediateOrHasNoTime) {
  Fixed most(UINT64_MAX);
  Drain immediate;
  immediate.begin({at(600), Duration::seconds(600), false});
  EXPECT_TRUE(immediate.closes(at(0), most));
  Drain shorter;
  shorter.begin({at(0) + Duration::milliseconds(500), Duration::milliseconds(500), true});
  EXPECT_TRUE(shorter.closes(at(0), most));
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
  drain.begin({at(10), Duration::seconds(10), true});
  drain.begin({at(100), Duration::seconds(100), true});
  EXPECT_TRUE(drain.closes(at(10), most));
}

}  // namespace
}  // namespace orrery::net
