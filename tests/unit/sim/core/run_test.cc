#include "sim/core/run.h"

#include <gtest/gtest.h>

#include <optional>

#include <string>
#include <vector>

#include "proxy/base/deciding_atomic.h"
#include "proxy/base/mutex.h"
#include "sim/core/events.h"
#include "sim/core/loop_wait.h"
#include "sim/core/race_detector.h"

namespace orrery::sim {
namespace {

constexpr Name kThreadName("thread");

// Written by several logical threads without order: it belongs to the test, not to the program under test.
struct Log {
  template <class T>
  Log& operator+=(const T& t) {
    const SimulatorCode scope;
    text += t;
    return *this;
  }
  std::string text;
};

struct World {
  explicit World(RunOptions o = {}) : run(pools, std::move(o)) {}
  ~World() { run.finish(); }
  void spawn(uint64_t index, std::function<void()> body) {
    run.spawn(kThreadName, index, 0, [body = std::move(body)] { body(); });
  }
  Pools pools;
  Run run;
};

RunOptions with(std::initializer_list<std::pair<const char*, uint64_t>> deviations) {
  Deviations d;
  for (const auto& [text, value] : deviations) {
    const Status s = d.add(text, value);
    EXPECT_TRUE(s.has_value());
  }
  RunOptions o;
  o.strategy = Strategy::replay(d);
  o.names = true;
  return o;
}

TEST(Run, AWatchedEventIsToldInTheThreadThatMakesIt) {
  EventRecorder recorder;
  RunOptions options;
  options.recorder = &recorder;
  World w(std::move(options));
  const EntityId entity = w.run.names().childKept(0, kThreadName, 7);
  for (uint64_t i = 0; i < 2; ++i) w.spawn(i, [&] { w.run.emit(entity, ActorStep{"step"}); });
  std::vector<EntityId> by;
  uint64_t at = 0;
  recorder.watch(3, [&] {
    by.push_back(w.run.trace().thread());
    at = recorder.events().back().index;
  });
  w.run.run();
  ASSERT_EQ(by.size(), 1u);
  EXPECT_EQ(at, 3u);
  EXPECT_EQ(by[0], recorder.events()[2].thread);
}

TEST(Run, ThreadsRunInTheOrderInWhichTheyBecameRunnable) {
  World w;
  Log log;
  for (uint64_t i = 0; i < 3; ++i) w.spawn(i, [&log, i] { log += static_cast<char>('a' + i); });
  EXPECT_EQ(w.run.run(), RunEnd::kNothingLeft);
  EXPECT_EQ(log.text, "abc");
}

TEST(Run, ADeviationLetsOthersOvertakeTheNamedThread) {
  World w(with({{"/thread:thread_order:0", 2}}));
  Log log;
  for (uint64_t i = 0; i < 4; ++i) w.spawn(i, [&log, i] { log += static_cast<char>('a' + i); });
  w.run.run();
  EXPECT_EQ(log.text, "bcad");
}

TEST(Run, VirtualTimePassesOnlyInSleep) {
  World w;
  TimePoint woke;
  w.spawn(1, [&] {
    EXPECT_TRUE(w.run.scheduler().sleepUntil(TimePoint() + Duration::seconds(3600)));
    woke = w.run.now();
  });
  w.run.run();
  EXPECT_EQ(woke, TimePoint() + Duration::seconds(3600));
  EXPECT_EQ(w.run.wallNow().unixSeconds(), 1'767'225'600 + 3600);
}

TEST(Run, RunUntilStopsTheClockThere) {
  World w;
  int ticks = 0;
  w.spawn(1, [&] {
    for (int i = 1; i <= 10; ++i) {
      if (!w.run.scheduler().sleepUntil(TimePoint() + Duration::seconds(i))) return;
      ++ticks;
    }
  });
  EXPECT_EQ(w.run.runFor(Duration::milliseconds(3500)), RunEnd::kTimeReached);
  EXPECT_EQ(ticks, 3);
  EXPECT_EQ(w.run.now(), TimePoint() + Duration::milliseconds(3500));
  EXPECT_EQ(w.run.run(), RunEnd::kNothingLeft);
  EXPECT_EQ(ticks, 10);
}

TEST(Run, BackgroundEventsDoNotKeepItFromBeingQuiet) {
  World w;
  bool work = false;
  bool background = false;
  w.run.at(TimePoint() + Duration::seconds(1), [&] { work = true; });
  w.run.at(TimePoint() + Duration::seconds(2), [&] { background = true; }, true);
  EXPECT_EQ(w.run.runUntilQuiet(), RunEnd::kQuiet);
  EXPECT_TRUE(work);
  EXPECT_FALSE(background);
  EXPECT_EQ(w.run.run(), RunEnd::kNothingLeft);
  EXPECT_TRUE(background);
}

TEST(Run, TheTimeLimitIsAFailure) {
  RunOptions o;
  o.timeLimit = Duration::seconds(10);
  World w(std::move(o));
  w.run.at(TimePoint() + Duration::seconds(11), [] {});
  EXPECT_EQ(w.run.run(), RunEnd::kFailed);
  EXPECT_EQ(w.run.failure()->check, "time-limit");
}

TEST(Run, TheFirstFailureCounts) {
  World w;
  w.run.at(TimePoint() + Duration::seconds(1), [&] {
    w.run.fail("one", 0, "first");
    w.run.fail("two", 0, "second");
  });
  EXPECT_EQ(w.run.run(), RunEnd::kFailed);
  EXPECT_EQ(w.run.failure()->check, "one");
  EXPECT_EQ(w.run.failure()->at, TimePoint() + Duration::seconds(1));
}

TEST(Run, CallbacksWithoutProgressAreALivelockThatIsNamed) {
  RunOptions o;
  o.livelockCallbacks = 100;
  World w(std::move(o));
  w.spawn(7, [&] {
    while (w.run.countCallback(w.run.scheduler().current()->id(), "spinning")) {
    }
  });
  EXPECT_EQ(w.run.run(), RunEnd::kFailed);
  EXPECT_EQ(w.run.failure()->check, "livelock");
  EXPECT_EQ(w.run.failure()->entity, "/thread.7");
  EXPECT_NE(w.run.failure()->message.find("/thread.7 spinning"), std::string::npos);
}

TEST(Run, ATimerThatComesBackAtOnceIsNoProgress) {
  RunOptions o;
  o.livelockCallbacks = 100;
  bool failed = false;
  World w(std::move(o));
  w.spawn(1, [&] {
    for (int i = 0; i < 1000 && !failed; ++i) {
      w.run.deadlinePassed();
      failed = !w.run.countCallback(1, "timer");
      w.run.scheduler().sleepUntil(w.run.now() + Duration::nanoseconds(1));
    }
  });
  w.run.run();
  EXPECT_TRUE(failed);
}

TEST(Run, AtomicsAreSchedulePointsOnlyWhileOthersCanRun) {
  World w;
  DecidingAtomic<int> value(0);
  w.spawn(1, [&] { value.fetchAdd(1); });
  w.run.run();
  EXPECT_EQ(w.run.chooser().asked(), 0u);
}

// Both threads read before either writes: the lost update that a data-race-free program can still have.
TEST(Run, ADeviationAtAnAtomicLosesAnUpdate) {
  for (const bool deviate : {false, true}) {
    World w(deviate ? with({{"/thread.1:atomic_point:1", 1}}) : RunOptions{});
    DecidingAtomic<int> value(0);
    for (uint64_t i = 1; i <= 2; ++i) {
      w.spawn(i, [&] {
        const int v = value.load();
        value.store(v + 1);
      });
    }
    w.run.run();
    EXPECT_EQ(value.peek(), deviate ? 1 : 2);
  }
}

TEST(Run, NoSwitchDefersSchedulePoints) {
  World w(with({{"/thread.1:atomic_point:0", 1}}));
  DecidingAtomic<int> value(0);
  Log log;
  w.spawn(1, [&] {
    {
      const NoSwitch here(w.run.scheduler());
      value.load();
      log += "1";
    }
    value.load();
    log += "1";
  });
  w.spawn(2, [&] { log += "2"; });
  w.run.run();
  EXPECT_EQ(log.text, "121");
}

TEST(Run, AMutexExcludesWhateverTheSchedule) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    RunOptions o;
    o.strategy = Strategy::random(seed);
    o.strategy.setRate(SiteKind::kSchedule, uint64_t{1} << 31);
    World w(std::move(o));
    Mutex mutex;
    DecidingAtomic<int> inside(0);
    int entered = 0;
    for (uint64_t i = 0; i < 4; ++i) {
      w.spawn(i, [&] {
        for (int k = 0; k < 5; ++k) {
          const MutexLock lock(mutex);
          EXPECT_EQ(inside.fetchAdd(1), 0);
          ++entered;
          inside.fetchSub(1);
        }
      });
    }
    EXPECT_EQ(w.run.run(), RunEnd::kNothingLeft);
    EXPECT_EQ(entered, 20);
  }
}

// Nobody waits for anybody in this run: the orders alone say that somebody can.
TEST(Run, MutexesInOppositeOrdersAreAFailureBeforeTheyAreADeadlock) {
  for (const bool opposite : {false, true}) {
    RunOptions o;
    o.lockOrder = true;
    World w(std::move(o));
    Mutex a;
    Mutex b;
    w.spawn(1, [&] {
      const MutexLock first(a);
      const MutexLock second(b);
    });
    w.spawn(2, [&] {
      const MutexLock first(opposite ? b : a);
      const MutexLock second(opposite ? a : b);
    });
    w.run.run();
    ASSERT_EQ(w.run.failure().has_value(), opposite);
    if (!opposite) continue;
    EXPECT_EQ(w.run.failure()->check, "lock-order");
    EXPECT_NE(w.run.failure()->message.find("/thread.1 took them in the opposite order"), std::string::npos)
        << w.run.failure()->message;
  }
}

// A mutex in the place of a dead one has no past.
TEST(Run, TheOrderOfADeadMutexIsForgotten) {
  RunOptions o;
  o.lockOrder = true;
  World w(std::move(o));
  std::optional<Mutex> place;
  Mutex other;
  w.spawn(1, [&] {
    place.emplace();
    {
      const MutexLock first(*place);
      const MutexLock second(other);
    }
    place.emplace();
    const MutexLock first(other);
    const MutexLock second(*place);
  });
  w.run.run();
  EXPECT_FALSE(w.run.failure());
}

TEST(Run, JoinWaitsForTheEnd) {
  World w;
  Log log;
  LogicalThread& worker = w.run.spawn(kThreadName, 1, 0, [&] {
    w.run.scheduler().sleepUntil(TimePoint() + Duration::seconds(1));
    log += "worker ";
  });
  w.run.spawn(kThreadName, 2, 0, [&] {
    w.run.scheduler().join(worker);
    log += "joined";
  });
  w.run.run();
  EXPECT_EQ(log.text, "worker joined");
}

TEST(Run, FinishEndsThreadsThatBlock) {
  Pools pools;
  sim::Run run(pools, {});
  bool ended = false;
  run.spawn(kThreadName, 1, 0, [&] {
    EXPECT_FALSE(run.scheduler().block());
    EXPECT_FALSE(run.scheduler().sleepUntil(TimePoint() + Duration::seconds(1)));
    ended = true;
  });
  run.run();
  EXPECT_TRUE(run.finish());
  EXPECT_TRUE(ended);
}

// Who is joined may use what the joiner destroys next.
TEST(Run, FinishEndsAThreadBeforeTheOneThatJoinsIt) {
  Pools pools;
  sim::Run run(pools, {});
  Log log;
  run.spawn(kThreadName, 1, 0, [&] {
    LogicalThread& first = run.spawn(kThreadName, 2, 0, [&] {
      run.scheduler().block();
      log += "first ";
    });
    LogicalThread& second = run.spawn(kThreadName, 3, 0, [&] {
      run.scheduler().join(first);
      log += "second ";
    });
    run.scheduler().block();
    run.scheduler().join(second);
    log += "joined";
  });
  run.run();
  EXPECT_TRUE(run.finish());
  EXPECT_EQ(log.text, "first second joined");
}

TEST(Run, TheSameSeedGivesTheSameHashAndAnotherSeedAnother) {
  const auto hash = [](uint64_t seed) {
    RunOptions o;
    o.strategy = Strategy::random(seed);
    o.strategy.setRate(SiteKind::kSchedule, uint64_t{1} << 31);
    World w(std::move(o));
    DecidingAtomic<int> value(0);
    for (uint64_t i = 0; i < 5; ++i) {
      w.spawn(i, [&] {
        for (int k = 0; k < 20; ++k) value.fetchAdd(1);
      });
    }
    w.run.run();
    return w.run.hash();
  };
  EXPECT_EQ(hash(1), hash(1));
  EXPECT_NE(hash(1), hash(2));
}

// A loop that sleeps until 1 s and is told of something at 100 ms and 150 ms, answered with each lateness.
class Lateness : public testing::TestWithParam<uint64_t> {};

TEST_P(Lateness, WakesTheLoopWhenItSays) {
  const uint64_t answer = GetParam();
  World w(with({{"/thread.1:lateness:0", answer}}));
  LoopWait wait(w.run);
  TimePoint woke;
  w.spawn(1, [&] {
    EXPECT_TRUE(wait.wait(TimePoint() + Duration::milliseconds(115)));
    woke = w.run.now();
  });
  const auto ms = [](int64_t n) { return TimePoint() + Duration::milliseconds(n); };
  w.run.at(ms(100), [&] { wait.ready(); });
  w.run.at(ms(100), [&] { wait.ready(); });  // the same instant counts once
  w.run.at(ms(105), [&] { wait.ready(); });
  w.run.run();
  const TimePoint expected[] = {ms(100), ms(105), ms(115), ms(100) + Duration::microseconds(10), ms(101), ms(120)};
  EXPECT_EQ(woke, expected[answer]);
}
INSTANTIATE_TEST_SUITE_P(All, Lateness, testing::Values(0, 1, 2, 3, 4, 5));

TEST(LoopWait, ALoopThatWaitsForMoreThanComesWakesAfterTwentyMilliseconds) {
  World w(with({{"/thread.1:lateness:0", 2}}));
  LoopWait wait(w.run);
  TimePoint woke;
  w.spawn(1, [&] {
    EXPECT_TRUE(wait.wait(TimePoint::max()));
    woke = w.run.now();
  });
  w.run.at(TimePoint() + Duration::milliseconds(100), [&] { wait.ready(); });
  w.run.run();
  EXPECT_EQ(woke, TimePoint() + Duration::milliseconds(120));
}

TEST(LoopWait, EveryIterationTakesANanosecond) {
  World w;
  LoopWait wait(w.run);
  w.spawn(1, [&] {
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(wait.pass());
  });
  w.run.run();
  EXPECT_EQ(w.run.now(), TimePoint::fromNanoseconds(4));
}

TEST(LoopWait, ADeadlinePushedBackIsMetAtTheNewInstant) {
  World w;
  LoopWait wait(w.run);
  std::vector<TimePoint> woke;
  w.spawn(1, [&] {
    for (const int64_t ms : {10, 30, 20}) {
      EXPECT_TRUE(wait.wait(TimePoint() + Duration::milliseconds(ms)));
      woke.push_back(w.run.now());
    }
  });
  w.run.at(TimePoint() + Duration::milliseconds(5), [&] { wait.ready(); });
  w.run.run();
  ASSERT_EQ(woke.size(), 3u);
  EXPECT_EQ(woke[0], TimePoint() + Duration::milliseconds(5));
  EXPECT_EQ(woke[1], TimePoint() + Duration::milliseconds(30));
  EXPECT_GT(woke[2], woke[1]);
}

TEST(Recorder, FindsTheFirstDifferenceOfTwoRuns) {
  const auto record = [](EventRecorder& recorder, Duration at) {
    RunOptions o;
    o.recorder = &recorder;
    World w(std::move(o));
    for (int i = 0; i < 50; ++i) {
      w.run.at(TimePoint() + Duration::seconds(i) + (i == 30 ? at : Duration::zero()),
               [&w, i] { w.run.emit(0, ActorStep{i == 30 ? "thirty" : "other"}); });
    }
    w.run.run();
  };
  EventRecorder a, b, c;
  record(a, Duration::zero());
  record(b, Duration::zero());
  record(c, Duration::nanoseconds(1));
  EXPECT_EQ(firstDifference(a, b), -1);
  ASSERT_EQ(firstDifference(a, c), 30);
  Names names;
  EXPECT_EQ(describe(c.events()[30], names), "30.000000001 / actor_step what=thirty");
}

TEST(Recorder, RecordingDoesNotChangeTheHash) {
  const auto hash = [](EventRecorder* recorder) {
    RunOptions o;
    o.recorder = recorder;
    World w(std::move(o));
    w.spawn(1, [&] { w.run.scheduler().sleepUntil(TimePoint() + Duration::seconds(1)); });
    w.run.run();
    return w.run.hash();
  };
  EventRecorder recorder;
  EXPECT_EQ(hash(nullptr), hash(&recorder));
  EXPECT_FALSE(recorder.events().empty());
}

}  // namespace
}  // namespace orrery::sim
