#include "sim/core/rolling_hash.h"

#include <gtest/gtest.h>

#include "sim/core/bytes_hash.h"
#include "sim/core/events.h"

namespace orrery::sim {
namespace {

SegmentSent segment(std::string_view payload) {
  return SegmentSent{{1, 2, kAck, 3, 4, 5, payload.size(), hashBytes(payload.data(), payload.size())}};
}

uint64_t hashOf(int64_t time, uint64_t entity, const auto& event) {
  RollingHash h;
  h.event(time, entity, event);
  return h.value();
}

// The value is part of what builds are compared by: a change of it is a change of every stored hash.
TEST(RollingHash, IsTheSameInEveryBuild) {
  RollingHash h;
  h.event(10, 20, segment("hello"));
  h.event(11, 21, FileAppended{"/dev/stdout", "line\n"});
  h.choice(30, 4, 2);
  EXPECT_EQ(h.value(), 16503026604540472658ULL);
}

TEST(RollingHash, OnePayloadByteChangesIt) {
  EXPECT_NE(hashOf(1, 2, segment("hello")), hashOf(1, 2, segment("hellp")));
  EXPECT_EQ(hashOf(1, 2, segment("hello")), hashOf(1, 2, segment("hello")));
}

TEST(RollingHash, ATimerMovedByOneNanosecondChangesIt) {
  EXPECT_NE(hashOf(1, 2, TimerArmed{3, 1'000'000'000}), hashOf(1, 2, TimerArmed{3, 1'000'000'001}));
  EXPECT_NE(hashOf(1'000, 2, TimerFired{3}), hashOf(1'001, 2, TimerFired{3}));
}

TEST(RollingHash, OneChoiceChangesIt) {
  const auto of = [](uint64_t key, uint64_t n, uint64_t v) {
    RollingHash h;
    h.choice(key, n, v);
    return h.value();
  };
  EXPECT_NE(of(1, 4, 0), of(1, 4, 1));
  EXPECT_NE(of(1, 4, 0), of(1, 5, 0));
  EXPECT_NE(of(1, 4, 0), of(2, 4, 0));
}

TEST(RollingHash, EntityKindAndOrderCount) {
  EXPECT_NE(hashOf(1, 2, TimerFired{3}), hashOf(1, 3, TimerFired{3}));
  EXPECT_NE(hashOf(1, 2, segment("x")), hashOf(1, 2, SegmentDelivered{segment("x")}));
  RollingHash a, b;
  a.event(1, 2, TimerFired{3});
  a.event(1, 2, TimerFired{4});
  b.event(1, 2, TimerFired{4});
  b.event(1, 2, TimerFired{3});
  EXPECT_NE(a.value(), b.value());
}

TEST(RollingHash, EveryFieldOfASegmentCounts) {
  const SegmentFields base{1, 2, 3, 4, 5, 6, 7, 8};
  const uint64_t h = hashOf(1, 1, SegmentSent{base});
  for (uint64_t SegmentFields::* field :
       {&SegmentFields::from, &SegmentFields::to, &SegmentFields::flags, &SegmentFields::seq, &SegmentFields::ack,
        &SegmentFields::window, &SegmentFields::length, &SegmentFields::payload}) {
    SegmentFields changed = base;
    changed.*field ^= 1ULL << 40;
    EXPECT_NE(hashOf(1, 1, SegmentSent{changed}), h);
    changed.*field ^= 1ULL << 40 | 1;
    EXPECT_NE(hashOf(1, 1, SegmentSent{changed}), h);
  }
}

TEST(RollingHash, CheckpointsTellTheStretchInWhichTwoRunsPart) {
  RollingHash a, b;
  for (uint64_t i = 0; i < 1000; ++i) {
    a.choice(i, 2, 0);
    b.choice(i, 2, i == 500 ? 1 : 0);
  }
  ASSERT_EQ(a.checkpoints().size(), 1000 / RollingHash::kStride);
  size_t first = 0;
  while (a.checkpoints()[first] == b.checkpoints()[first]) ++first;
  EXPECT_EQ(first, 500 / RollingHash::kStride);
}

}  // namespace
}  // namespace orrery::sim
