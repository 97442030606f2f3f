#include "proxy/base/timer_queue.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <memory>
#include <set>
#include <tuple>
#include <vector>

namespace orrery {
namespace {

TimePoint at(int64_t ns) { return TimePoint::fromNanoseconds(ns); }

std::vector<TimerQueue::Entry*> popAll(TimerQueue& q, int64_t now) {
  std::vector<TimerQueue::Entry*> out;
  const uint64_t limit = q.nextNumber();
  while (TimerQueue::Entry* e = q.popDue(at(now), limit)) out.push_back(e);
  return out;
}

TEST(TimerQueue, IsEmptyAtFirst) {
  TimerQueue q;
  EXPECT_EQ(q.nextDeadline(), TimePoint::max());
  EXPECT_EQ(q.popDue(at(100), q.nextNumber()), nullptr);
  EXPECT_EQ(q.armedCount(), 0u);
}

TEST(TimerQueue, PopsInDeadlineOrderThenArmingOrder) {
  TimerQueue q;
  TimerQueue::Entry a, b, c;
  q.arm(a, at(5));
  q.arm(b, at(3));
  q.arm(c, at(5));
  EXPECT_EQ(q.nextDeadline(), at(3));
  EXPECT_TRUE(popAll(q, 2).empty());
  EXPECT_EQ(popAll(q, 5), (std::vector<TimerQueue::Entry*>{&b, &a, &c}));
  EXPECT_FALSE(a.armed());
  EXPECT_EQ(q.armedCount(), 0u);
}

TEST(TimerQueue, ALaterDeadlineTakesEffectThoughItIsOnlyStored) {
  TimerQueue q;
  TimerQueue::Entry a, b;
  q.arm(a, at(1));
  q.arm(b, at(2));
  q.arm(a, at(3));
  EXPECT_EQ(q.nextDeadline(), at(2));
  EXPECT_EQ(popAll(q, 10), (std::vector<TimerQueue::Entry*>{&b, &a}));
}

TEST(TimerQueue, RearmedForTheSameInstantGoesBehindItsEquals) {
  TimerQueue q;
  TimerQueue::Entry a, b;
  q.arm(a, at(1));
  q.arm(b, at(1));
  q.arm(a, at(1));
  EXPECT_EQ(popAll(q, 1), (std::vector<TimerQueue::Entry*>{&b, &a}));
}

TEST(TimerQueue, ADisarmedEntryDoesNotPopAndMayBeArmedAgain) {
  TimerQueue q;
  TimerQueue::Entry a;
  q.arm(a, at(1));
  q.disarm(a);
  EXPECT_EQ(q.armedCount(), 0u);
  EXPECT_EQ(q.nextDeadline(), TimePoint::max());
  q.arm(a, at(4));
  q.disarm(a);
  q.arm(a, at(2));
  EXPECT_EQ(q.nextDeadline(), at(2));
  EXPECT_EQ(popAll(q, 9).size(), 1u);
}

TEST(TimerQueue, WhatIsArmedDuringAWalkWaitsForTheNext) {
  TimerQueue q;
  TimerQueue::Entry a, b;
  q.arm(a, at(2));
  const uint64_t limit = q.nextNumber();
  q.arm(b, at(1));  // earlier than a, yet armed after the walk began
  EXPECT_EQ(q.popDue(at(5), limit), &a);
  EXPECT_EQ(q.popDue(at(5), limit), nullptr);
  EXPECT_EQ(q.popDue(at(5), q.nextNumber()), &b);
}

TEST(TimerQueue, CollectTiesGivesTheFirstInstantOnlyAndTakesNothingOut) {
  TimerQueue q;
  TimerQueue::Entry a, b, c, d;
  q.arm(a, at(2));
  q.arm(b, at(3));
  q.arm(c, at(2));
  const uint64_t limit = q.nextNumber();
  q.arm(d, at(2));
  std::vector<TimerQueue::Entry*> ties;
  q.collectTies(at(1), limit, ties);
  EXPECT_TRUE(ties.empty());
  q.collectTies(at(9), limit, ties);
  EXPECT_EQ(ties, (std::vector<TimerQueue::Entry*>{&a, &c}));
  EXPECT_EQ(q.armedCount(), 4u);
}

// The queue is to be indistinguishable from a sorted set that is changed at once.
class EagerModel {
 public:
  void arm(size_t id, int64_t deadline) {
    disarm(id);
    set_.emplace(deadline, number_++, id);
  }
  void disarm(size_t id) {
    std::erase_if(set_, [id](const auto& e) { return std::get<2>(e) == id; });
  }
  int64_t nextDeadline() const { return set_.empty() ? TimePoint::max().inNanoseconds() : std::get<0>(*set_.begin()); }
  int popDue(int64_t now, uint64_t limit) {
    for (auto i = set_.begin(); i != set_.end() && std::get<0>(*i) <= now; ++i) {
      if (std::get<1>(*i) >= limit) continue;
      const auto id = static_cast<int>(std::get<2>(*i));
      set_.erase(i);
      return id;
    }
    return -1;
  }
  std::vector<size_t> ties(int64_t now, uint64_t limit) const {
    std::vector<size_t> out;
    if (set_.empty() || nextDeadline() > now) return out;
    for (const auto& [deadline, number, id] : set_) {
      if (deadline == nextDeadline() && number < limit) out.push_back(id);
    }
    return out;
  }
  uint64_t nextNumber() const { return number_; }
  size_t size() const { return set_.size(); }

 private:
  std::set<std::tuple<int64_t, uint64_t, size_t>> set_;
  uint64_t number_ = 1;
};

struct Step {
  int op;
  size_t id;
  int64_t deadline;
};

RC_GTEST_PROP(TimerQueue, FiresAsAnEagerlyRearmedQueue, ()) {
  constexpr size_t kEntries = 24;
  // Few deadlines, so that equal ones are common.
  const auto program = *rc::gen::container<std::vector<Step>>(rc::gen::construct<Step>(
      rc::gen::inRange(0, 10), rc::gen::inRange<size_t>(0, kEntries), rc::gen::inRange<int64_t>(0, 40)));
  TimerQueue queue;
  EagerModel model;
  std::array<std::unique_ptr<TimerQueue::Entry>, kEntries> entries;
  for (auto& e : entries) e = std::make_unique<TimerQueue::Entry>();
  const auto idOf = [&](const TimerQueue::Entry* e) {
    for (size_t i = 0; i < kEntries; ++i) {
      if (entries[i].get() == e) return static_cast<int>(i);
    }
    return -1;
  };
  const auto arm = [&](size_t id, int64_t deadline) {
    queue.arm(*entries[id], at(deadline));
    model.arm(id, deadline);
  };
  for (const Step& s : program) {
    switch (s.op) {
      default: arm(s.id, s.deadline); break;
      case 6:
        queue.disarm(*entries[s.id]);
        model.disarm(s.id);
        break;
      case 7:  // an owner dies, another one is born
        queue.forget(*entries[s.id]);
        model.disarm(s.id);
        entries[s.id] = std::make_unique<TimerQueue::Entry>();
        break;
      case 8: {
        std::vector<size_t> got;
        std::vector<TimerQueue::Entry*> ties;
        queue.collectTies(at(s.deadline), queue.nextNumber(), ties);
        for (const auto* e : ties) got.push_back(static_cast<size_t>(idOf(e)));
        RC_ASSERT(got == model.ties(s.deadline, model.nextNumber()));
        break;
      }
      case 9: {  // a walk at s.deadline, during which others are armed, also into the past
        const uint64_t limit = queue.nextNumber();
        RC_ASSERT(limit == model.nextNumber());
        for (;;) {
          const int expected = model.popDue(s.deadline, limit);
          const TimerQueue::Entry* e = queue.popDue(at(s.deadline), limit);
          RC_ASSERT((e == nullptr ? -1 : idOf(e)) == expected);
          if (e == nullptr) break;
          const auto id = static_cast<size_t>(expected);
          if (id % 3 == 0) arm((id * 7 + s.id) % kEntries, s.deadline - static_cast<int64_t>(id % 5));
        }
        break;
      }
    }
    RC_ASSERT(queue.armedCount() == model.size());
    RC_ASSERT(queue.nextDeadline().inNanoseconds() == model.nextDeadline());
  }
  for (auto& e : entries) queue.forget(*e);
}

}  // namespace
}  // namespace orrery
