// Steps 4 and 5 of the iteration contract: posts, tasks, flushes, deferred deletes (proxy/io/dispatcher.h, task.h).

#include "tests/contract/fixture.h"

namespace orrery::contract {
namespace {

using DispatcherContract = ContractTest;
ORRERY_CONTRACT(DispatcherContract);

using Log = std::vector<std::string>;

struct Mortal final : io::DeferredDeletable {
  explicit Mortal(std::function<void()> f) : onDeath(std::move(f)) {}
  ~Mortal() override { onDeath(); }
  std::function<void()> onDeath;
};

TEST_P(DispatcherContract, PostsRunInOrderOfArrival) {
  std::vector<int> log;
  onMain([&] {
    for (int i = 0; i < 100; ++i) dispatcher_.post([&log, i] { log.push_back(i); });
  });
  ASSERT_TRUE(runUntil([&] { return log.size() == 100; }));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(log[static_cast<size_t>(i)], i);
}

TEST_P(DispatcherContract, APostNeverRunsInsidePost) {
  bool inside = false;
  bool ran = false;
  onMain([&] {
    inside = true;
    dispatcher_.post([&] {
      EXPECT_FALSE(inside);
      ran = true;
    });
    inside = false;
  });
  EXPECT_TRUE(ran);
}

TEST_P(DispatcherContract, PostsMadeByPostsRunInTheSameIteration) {
  IterationCounter counter(dispatcher_);
  std::vector<int> in;
  onMain([&] {
    in.push_back(counter.count());
    dispatcher_.post([&] {
      in.push_back(counter.count());
      dispatcher_.post([&] { in.push_back(counter.count()); });
    });
  });
  ASSERT_EQ(in.size(), 3u);  // onMain returns when the iteration is finished
  EXPECT_EQ(in[1], in[0]);
  EXPECT_EQ(in[2], in[0]);
}

TEST_P(DispatcherContract, WhatAPostHoldsDiesBeforeTheNextOneRuns) {
  auto held = std::make_shared<int>(1);
  std::weak_ptr<int> watch = held;
  bool gone = false;
  onMain([&] {
    dispatcher_.post([h = std::move(held)] { EXPECT_EQ(*h, 1); });
    dispatcher_.post([&] { gone = watch.expired(); });
  });
  EXPECT_TRUE(gone);
}

TEST_P(DispatcherContract, PostsThenTasksThenFlushesThenDeferredDeletes) {
  Log log;
  TestTask task([&] { log.push_back("task"); });
  TestTask flush([&] { log.push_back("flush"); });
  TestTimer timer(dispatcher_, [&] {
    // Handed over in the opposite order.
    dispatcher_.deferDelete(std::make_unique<Mortal>([&] { log.push_back("delete"); }));
    dispatcher_.scheduleFlush(flush.task);
    dispatcher_.schedule(task.task);
    dispatcher_.post([&] { log.push_back("post"); });
    log.push_back("timer");
  });
  onMain([&] { timer.timer.arm(Duration::zero()); });
  ASSERT_TRUE(runUntil([&] { return !log.empty(); }));
  EXPECT_EQ(log, (Log{"timer", "post", "task", "flush", "delete"}));
}

TEST_P(DispatcherContract, WhatStepFiveMakesIsDoneInTheSameIterationFromItsTop) {
  // delete -> flush -> task -> post: each makes work that stands before it in the order.
  IterationCounter counter(dispatcher_);
  Log log;
  std::vector<int> in;
  const auto note = [&](const char* what) {
    log.push_back(what);
    in.push_back(counter.count());
  };
  TestTask task([&] {
    note("task");
    dispatcher_.post([&] { note("post"); });
  });
  TestTask flush([&] {
    note("flush");
    dispatcher_.schedule(task.task);
  });
  onMain([&] {
    dispatcher_.deferDelete(std::make_unique<Mortal>([&] {
      note("delete");
      dispatcher_.scheduleFlush(flush.task);
    }));
  });
  EXPECT_EQ(log, (Log{"delete", "flush", "task", "post"}));
  for (const int i : in) EXPECT_EQ(i, in[0]);
}

TEST_P(DispatcherContract, PostsOfTasksRunBeforeFlushes) {
  Log log;
  TestTask flush([&] { log.push_back("flush"); });
  TestTask task([&] {
    log.push_back("task");
    dispatcher_.post([&] { log.push_back("post"); });
  });
  onMain([&] {
    dispatcher_.scheduleFlush(flush.task);
    dispatcher_.schedule(task.task);
  });
  EXPECT_EQ(log, (Log{"task", "post", "flush"}));
}

TEST_P(DispatcherContract, ATaskRunsOncePerScheduleAndSchedulingItTwiceMovesNothing) {
  Log log;
  TestTask a([&] { log.push_back("a"); });
  TestTask b([&] { log.push_back("b"); });
  onMain([&] {
    dispatcher_.scheduleFlush(a.task);
    dispatcher_.scheduleFlush(b.task);
    dispatcher_.scheduleFlush(a.task);
    EXPECT_TRUE(a.task.scheduled());
  });
  EXPECT_EQ(log, (Log{"a", "b"}));
  EXPECT_FALSE(a.task.scheduled());
  iterate(2);
  EXPECT_EQ(log.size(), 2u);
}

TEST_P(DispatcherContract, ATaskMayScheduleItselfAgain) {
  IterationCounter counter(dispatcher_);
  std::vector<int> in;
  TestTask t([&] {
    in.push_back(counter.count());
    if (in.size() < 3) dispatcher_.schedule(t.task);
  });
  onMain([&] { dispatcher_.schedule(t.task); });
  ASSERT_EQ(in.size(), 3u);
  EXPECT_EQ(in[2], in[0]);
}

TEST_P(DispatcherContract, ScheduleNextRunsInTheNextIteration) {
  IterationCounter counter(dispatcher_);
  std::vector<int> in;
  TestTask t([&] {
    in.push_back(counter.count());
    if (in.size() < 3) dispatcher_.scheduleNext(t.task);
  });
  int from = 0;
  onMain([&] {
    from = counter.count();
    dispatcher_.scheduleNext(t.task);
    EXPECT_TRUE(in.empty());
  });
  ASSERT_TRUE(runUntil([&] { return in.size() == 3; }));
  EXPECT_EQ(in, (std::vector<int>{from + 1, from + 2, from + 3}));
}

TEST_P(DispatcherContract, TasksOfScheduleNextRunBeforeDueTimers) {
  Log log;
  TestTimer timer(dispatcher_, [&] { log.push_back("timer"); });
  TestTask next([&] { log.push_back("next"); });
  onMain([&] {
    timer.timer.arm(Duration::zero());
    dispatcher_.scheduleNext(next.task);
  });
  ASSERT_TRUE(runUntil([&] { return log.size() == 2; }));
  EXPECT_EQ(log, (Log{"next", "timer"}));
}

TEST_P(DispatcherContract, CancelledAndDestroyedTasksDoNotRun) {
  bool bad = false;
  TestTask cancelled([&] { bad = true; });
  auto destroyed = std::make_unique<TestTask>([&] { bad = true; });
  auto destroyedByOther = std::make_unique<TestTask>([&] { bad = true; });
  TestTask killer([&] { destroyedByOther.reset(); });
  onMain([&] {
    dispatcher_.schedule(killer.task);
    dispatcher_.schedule(destroyedByOther->task);
    dispatcher_.scheduleNext(cancelled.task);
    dispatcher_.scheduleFlush(destroyed->task);
    cancelled.task.cancel();
    destroyed.reset();
  });
  iterate(2);
  EXPECT_FALSE(bad);
}

TEST_P(DispatcherContract, DeferredDeletesAreInOrderAndNotInsideDeferDelete) {
  Log log;
  onMain([&] {
    dispatcher_.deferDelete(std::make_unique<Mortal>([&] { log.push_back("first"); }));
    dispatcher_.deferDelete(std::make_unique<Mortal>([&] {
      log.push_back("second");
      dispatcher_.deferDelete(std::make_unique<Mortal>([&] { log.push_back("by the second"); }));
    }));
    dispatcher_.deferDelete(std::make_unique<Mortal>([&] { log.push_back("third"); }));
    EXPECT_TRUE(log.empty());
  });
  EXPECT_EQ(log, (Log{"first", "second", "third", "by the second"}));
}

}  // namespace
}  // namespace orrery::contract
