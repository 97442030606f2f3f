// proxy/io/timer.h and step 4 of the iteration contract (proxy/io/dispatcher.h).

#include "tests/contract/fixture.h"

namespace orrery::contract {
namespace {

using TimerContract = ContractTest;
ORRERY_CONTRACT(TimerContract);

constexpr Duration kMillisecond = Duration::milliseconds(1);
using Log = std::vector<std::string>;

TEST_P(TimerContract, FiresOnceAndNotBeforeItsDeadline) {
  int fired = 0;
  TimePoint at;
  TestTimer t(dispatcher_, [&] {
    ++fired;
    at = dispatcher_.now();
  });
  TimePoint armedAt;
  onMain([&] {
    armedAt = dispatcher_.now();
    t.timer.arm(kMillisecond * 3);
  });
  EXPECT_TRUE(t.timer.armed());
  EXPECT_EQ(t.timer.deadline(), armedAt + kMillisecond * 3);
  ASSERT_TRUE(runUntil([&] { return fired > 0; }));
  EXPECT_GE(at, armedAt + kMillisecond * 3);
  if (world_->virtualTime()) {
    EXPECT_EQ(at, armedAt + kMillisecond * 3);
  }
  EXPECT_FALSE(t.timer.armed());
  runFor(kMillisecond * 10);
  EXPECT_EQ(fired, 1);
}

TEST_P(TimerContract, DoesNotFireAfterDisarm) {
  bool fired = false;
  TestTimer t(dispatcher_, [&] { fired = true; });
  onMain([&] {
    t.timer.arm(kMillisecond);
    t.timer.disarm();
  });
  EXPECT_FALSE(t.timer.armed());
  runFor(kMillisecond * 10);
  EXPECT_FALSE(fired);
}

TEST_P(TimerContract, DoesNotFireAfterDestruction) {
  bool fired = false;
  auto t = std::make_unique<TestTimer>(dispatcher_, [&] { fired = true; });
  onMain([&] { t->timer.arm(kMillisecond); });
  t.reset();
  runFor(kMillisecond * 10);
  EXPECT_FALSE(fired);
}

TEST_P(TimerContract, ArmingAgainReplacesTheDeadline) {
  Log log;
  TestTimer later(dispatcher_, [&] { log.push_back("pushed back"); });
  TestTimer earlier(dispatcher_, [&] { log.push_back("brought forward"); });
  TestTimer between(dispatcher_, [&] { log.push_back("between"); });
  onMain([&] {
    later.timer.arm(kMillisecond);
    earlier.timer.arm(kMillisecond * 40);
    between.timer.arm(kMillisecond * 5);
    later.timer.arm(kMillisecond * 9);
    earlier.timer.arm(kMillisecond * 2);
  });
  ASSERT_TRUE(runUntil([&] { return log.size() == 3; }));
  EXPECT_EQ(log, (Log{"brought forward", "between", "pushed back"}));
  runFor(kMillisecond * 50);
  EXPECT_EQ(log.size(), 3u);
}

TEST_P(TimerContract, EqualDeadlinesFireInArmingOrder) {
  // Armed 0..7, then 0 and 3 again for the same instant: they are armed last now.
  std::vector<int> log;
  std::vector<std::unique_ptr<TestTimer>> timers;
  for (int i = 0; i < 8; ++i) {
    timers.push_back(std::make_unique<TestTimer>(dispatcher_, [&log, i] { log.push_back(i); }));
  }
  onMain([&] {
    const TimePoint at = dispatcher_.now() + kMillisecond;
    for (auto& t : timers) t->timer.armAt(at);
    timers[0]->timer.armAt(at);
    timers[3]->timer.armAt(at);
  });
  ASSERT_TRUE(runUntil([&] { return log.size() == 8; }));
  EXPECT_EQ(log, (std::vector<int>{1, 2, 4, 5, 6, 7, 0, 3}));
}

TEST_P(TimerContract, DueTimersFireInDeadlineOrderWhateverTheOrderOfArming) {
  std::vector<int> log;
  std::vector<std::unique_ptr<TestTimer>> timers;
  for (int i = 0; i < 5; ++i) {
    timers.push_back(std::make_unique<TestTimer>(dispatcher_, [&log, i] { log.push_back(i); }));
  }
  onMain([&] {
    const TimePoint now = dispatcher_.now();
    for (int i = 4; i >= 0; --i) timers[static_cast<size_t>(i)]->timer.armAt(now - kMillisecond * (5 - i));
  });
  ASSERT_TRUE(runUntil([&] { return log.size() == 5; }));
  EXPECT_EQ(log, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST_P(TimerContract, ADeadlineInThePastFiresInTheNextIterationAndNeverInsideArm) {
  IterationCounter counter(dispatcher_);
  int firedIn = 0;
  int armedIn = 0;
  bool inArm = false;
  TestTimer t(dispatcher_, [&] {
    EXPECT_FALSE(inArm);
    firedIn = counter.count();
  });
  onMain([&] {
    armedIn = counter.count();
    inArm = true;
    t.timer.armAt(TimePoint());
    inArm = false;
  });
  ASSERT_TRUE(runUntil([&] { return firedIn > 0; }));
  EXPECT_EQ(firedIn, armedIn + 1);
}

TEST_P(TimerContract, ATimerArmedByATimerWaitsForTheNextIteration) {
  IterationCounter counter(dispatcher_);
  int firstIn = 0;
  int secondIn = 0;
  TestTimer second(dispatcher_, [&] { secondIn = counter.count(); });
  TestTimer first(dispatcher_, [&] {
    firstIn = counter.count();
    second.timer.armAt(TimePoint());  // before everything else that is due
  });
  bool other = false;
  TestTimer third(dispatcher_, [&] {
    other = true;
    EXPECT_EQ(secondIn, 0);
  });
  onMain([&] {
    first.timer.arm(Duration::zero());
    third.timer.arm(Duration::zero());
  });
  ASSERT_TRUE(runUntil([&] { return secondIn > 0; }));
  EXPECT_TRUE(other);
  EXPECT_EQ(secondIn, firstIn + 1);
}

TEST_P(TimerContract, ATimerArmedByAScheduledTaskOfTheSameIterationWaitsToo) {
  // Tasks of scheduleNext() come before timers in step 4.
  IterationCounter counter(dispatcher_);
  int taskIn = 0;
  int timerIn = 0;
  TestTimer timer(dispatcher_, [&] { timerIn = counter.count(); });
  TestTask task([&] {
    taskIn = counter.count();
    timer.timer.arm(Duration::zero());
  });
  onMain([&] { dispatcher_.scheduleNext(task.task); });
  ASSERT_TRUE(runUntil([&] { return timerIn > 0; }));
  EXPECT_EQ(timerIn, taskIn + 1);
}

TEST_P(TimerContract, ATimerRearmedByAnEarlierOneDoesNotFireInThatIteration) {
  Log log;
  TestTimer second(dispatcher_, [&] { log.push_back("second"); });
  TestTimer first(dispatcher_, [&] {
    log.push_back("first");
    second.timer.arm(kMillisecond * 5);
  });
  TestTimer third(dispatcher_, [&] { log.push_back("third"); });
  onMain([&] {
    const TimePoint now = dispatcher_.now();
    first.timer.armAt(now);
    second.timer.armAt(now);
    third.timer.armAt(now);
  });
  ASSERT_TRUE(runUntil([&] { return log.size() == 3; }));
  EXPECT_EQ(log, (Log{"first", "third", "second"}));
}

TEST_P(TimerContract, ATimerMayBeDestroyedInItsOwnCallback) {
  std::unique_ptr<TestTimer> t;
  bool fired = false;
  t = std::make_unique<TestTimer>(dispatcher_, [&] {
    fired = true;
    // The callback runs out of the object: move it away first, as a real owner's method would not need to.
    auto keep = std::move(t->fn);
    t.reset();
  });
  onMain([&] { t->timer.arm(kMillisecond); });
  ASSERT_TRUE(runUntil([&] { return fired; }));
  iterate(2);
}

TEST_P(TimerContract, ATimerDestroyedOrDisarmedByAnEarlierOneOfTheSameInstantDoesNotFire) {
  std::unique_ptr<TestTimer> destroyed;
  bool bad = false;
  TestTimer disarmed(dispatcher_, [&] { bad = true; });
  bool last = false;
  TestTimer first(dispatcher_, [&] {
    destroyed.reset();
    disarmed.timer.disarm();
  });
  destroyed = std::make_unique<TestTimer>(dispatcher_, [&] { bad = true; });
  TestTimer end(dispatcher_, [&] { last = true; });
  onMain([&] {
    const TimePoint at = dispatcher_.now() + kMillisecond;
    first.timer.armAt(at);
    destroyed->timer.armAt(at);
    disarmed.timer.armAt(at);
    end.timer.armAt(at);
  });
  ASSERT_TRUE(runUntil([&] { return last; }));
  EXPECT_FALSE(bad);
}

TEST_P(TimerContract, NowIsConstantWithinAnIterationAndNeverGoesBack) {
  TimePoint last = dispatcher_.now();
  WallTime lastWall;
  int rounds = 0;
  TestTimer t(dispatcher_, [&] {
    const TimePoint start = dispatcher_.now();
    const WallTime wall = dispatcher_.wallNow();
    volatile int sink = 0;
    for (int i = 0; i < 200'000; ++i) sink = sink + 1;
    EXPECT_EQ(dispatcher_.now(), start);
    EXPECT_EQ(dispatcher_.wallNow(), wall);
    EXPECT_GT(start, last);
    if (rounds > 0) {
      EXPECT_GT(wall, lastWall);
    }
    last = start;
    lastWall = wall;
    if (++rounds < 5) t.timer.arm(kMillisecond);
  });
  onMain([&] { t.timer.arm(kMillisecond); });
  ASSERT_TRUE(runUntil([&] { return rounds == 5; }));
}

TEST_P(TimerContract, CountsArmedTimers) {
  TestTimer a(dispatcher_, [] {});
  TestTimer b(dispatcher_, [] {});
  const size_t before = dispatcher_.armedTimers();
  a.timer.arm(Duration::seconds(100));
  b.timer.arm(Duration::seconds(100));
  EXPECT_EQ(dispatcher_.armedTimers(), before + 2);
  a.timer.arm(Duration::seconds(200));
  b.timer.disarm();
  EXPECT_EQ(dispatcher_.armedTimers(), before + 1);
}

}  // namespace
}  // namespace orrery::contract
