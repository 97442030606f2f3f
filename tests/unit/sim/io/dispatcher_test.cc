#include "sim/io/dispatcher.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/events.h"
#include "sim/io/environment.h"
#include "sim/ledger/ledger.h"
#include "sim/net/net.h"

namespace orrery::sim {
namespace {

const io::Address kServer = io::Address::ipv4(0x7f000003, 80);

struct CallTimer {
  CallTimer(io::Dispatcher& d, std::function<void()> f)
      : fn(std::move(f)), timer(d, io::TimerKind::kHarness, Delegate<void()>::to<&CallTimer::fire>(this)) {}
  void fire() { fn(); }
  std::function<void()> fn;
  io::Timer timer;
};

struct CallTask {
  explicit CallTask(std::function<void()> f) : fn(std::move(f)), task(Delegate<void()>::to<&CallTask::run>(this)) {}
  void run() { fn(); }
  std::function<void()> fn;
  io::Task task;
};

// Remembers who was ready, with which bits and when.
struct Reader final : io::StreamCallbacks {
  Reader(std::string n, std::vector<std::string>& l, SimDispatcher& d) : name(std::move(n)), log(l), dispatcher(d) {}
  void onStreamReady(uint8_t /*bits*/) override {
    char room[64];
    const io::MutableSlice slice{room, sizeof(room)};
    const io::IoResult r = stream->read({&slice, 1});
    if (r.bytes > 0) log.push_back(name + "=" + std::string(room, r.bytes));
  }
  void take(std::unique_ptr<io::Stream> s) {
    stream = std::move(s);
    stream->setCallbacks(this);
    stream->setInterest(io::kReadable);
  }
  std::string name;
  std::vector<std::string>& log;
  SimDispatcher& dispatcher;
  std::unique_ptr<io::Stream> stream;
};

class Acceptor final : public io::ListenerCallbacks {
 public:
  explicit Acceptor(std::function<void(std::unique_ptr<io::Stream>)> f) : fn_(std::move(f)) {}
  void onAccept(std::unique_ptr<io::Stream> s) override { fn_(std::move(s)); }
  void onAcceptError(io::IoError) override {}

 private:
  std::function<void(std::unique_ptr<io::Stream>)> fn_;
};

struct World {
  explicit World(std::initializer_list<std::pair<const char*, uint64_t>> deviations = {}, uint64_t livelock = 20'000)
      : run(pools, options(deviations, livelock)) {}
  ~World() { run.finish(); }
  RunOptions options(std::initializer_list<std::pair<const char*, uint64_t>> deviations, uint64_t livelock) {
    Deviations d;
    for (const auto& [text, value] : deviations) EXPECT_TRUE(d.add(text, value).has_value()) << text;
    RunOptions o;
    o.strategy = Strategy::replay(d);
    o.recorder = &recorder;
    o.livelockCallbacks = livelock;
    return o;
  }
  static void say(io::Stream& s, std::string_view text) {
    const io::ConstSlice slice{text.data(), text.size()};
    EXPECT_EQ(s.write({&slice, 1}).bytes, text.size());
  }
  EventRecorder recorder;
  Pools pools;
  NetPools netPools;
  Ledger ledger;
  Run run;
  Net net{run, netPools, ledger};
  SimEnvironment client{run, net.addHost("client", {0x7f000002})};
  SimEnvironment server{run, net.addHost("server", {0x7f000003})};
};

// Two connections of one client; both get a message at the same instant.
std::vector<std::string> servedInOrder(std::initializer_list<std::pair<const char*, uint64_t>> deviations,
                                       FitReport* fit = nullptr) {
  std::vector<std::string> log;
  std::vector<std::unique_ptr<Reader>> readers;
  std::vector<std::unique_ptr<io::Stream>> streams;
  std::unique_ptr<io::Listener> listener;
  World w(deviations);
  SimDispatcher& s = w.server.dispatcher();
  SimDispatcher& c = w.client.dispatcher();
  Acceptor acceptor([&](std::unique_ptr<io::Stream> stream) {
    readers.push_back(std::make_unique<Reader>(std::to_string(readers.size() + 1), log, s));
    readers.back()->take(std::move(stream));
  });
  w.server.start();
  w.client.start();
  s.post([&] { listener = s.listen(*w.server.io().network.listen(kServer, {}), acceptor); });
  w.run.runUntilQuiet();
  c.post([&] {
    for (int i = 0; i < 2; ++i) streams.push_back(std::move(*c.connect(kServer, {})));
  });
  w.run.runFor(Duration::seconds(1));
  c.post([&] {
    for (auto& stream : streams) World::say(*stream, "x");
  });
  w.run.runUntilQuiet();
  if (fit != nullptr) *fit = w.run.chooser().fit();
  w.run.finish();
  listener.reset();
  readers.clear();
  streams.clear();
  return log;
}

TEST(SimDispatcher, ReadySourcesAreServedInOrderOfArrival) {
  EXPECT_EQ(servedInOrder({}), (std::vector<std::string>{"1=x", "2=x"}));
}

// The source is named by the client's end of its connection: what the server does does not rename it.
TEST(SimDispatcher, ADeviationLetsAnotherSourceOvertake) {
  FitReport fit;
  EXPECT_EQ(servedInOrder({{"/client/main/connection.1/accepted:ready_order:0", 1}}, &fit),
            (std::vector<std::string>{"2=x", "1=x"}));
  EXPECT_TRUE(fit.exact());
}

std::string timersInOrder(std::initializer_list<std::pair<const char*, uint64_t>> deviations) {
  std::string log;
  std::vector<std::unique_ptr<CallTimer>> timers;
  World w(deviations);
  SimDispatcher& d = w.client.dispatcher();
  w.client.start();
  d.post([&] {
    for (const char name : {'a', 'b', 'c'}) {
      timers.push_back(std::make_unique<CallTimer>(d, [&log, name] { log += name; }));
      timers.back()->timer.arm(Duration::seconds(60));
    }
  });
  w.run.run();
  w.run.finish();
  timers.clear();
  return log;
}

TEST(SimDispatcher, TimersWithOneDeadlineFireInArmingOrderUnlessAChoiceSaysOtherwise) {
  EXPECT_EQ(timersInOrder({}), "abc");
  EXPECT_EQ(timersInOrder({{"/client/main/timer_harness.1:timer_tie:0", 2}}), "bca");
  EXPECT_EQ(timersInOrder({{"/client/main/timer_harness.1:timer_tie:0", 1}}), "bac");
}

// A timer at 10 ms and bytes at 10.1 ms: a loop that wakes 1 ms late finds both in one iteration, the bytes first.
std::vector<std::string> timerAndBytes(std::initializer_list<std::pair<const char*, uint64_t>> deviations) {
  std::vector<std::string> log;
  std::unique_ptr<Reader> reader;
  std::unique_ptr<io::Stream> stream;
  std::unique_ptr<io::Listener> listener;
  std::unique_ptr<CallTimer> timer;
  std::unique_ptr<CallTimer> speak;
  World w(deviations);
  SimDispatcher& s = w.server.dispatcher();
  SimDispatcher& c = w.client.dispatcher();
  Acceptor acceptor([&](std::unique_ptr<io::Stream> accepted) {
    reader = std::make_unique<Reader>("bytes", log, s);
    reader->take(std::move(accepted));
  });
  w.server.start();
  w.client.start();
  s.post([&] {
    listener = s.listen(*w.server.io().network.listen(kServer, {}), acceptor);
    timer = std::make_unique<CallTimer>(s, [&] { log.push_back("timer"); });
    timer->timer.armAt(TimePoint() + Duration::milliseconds(10));
  });
  c.post([&] {
    stream = std::move(*c.connect(kServer, {}));
    speak = std::make_unique<CallTimer>(c, [&] { World::say(*stream, "x"); });
    speak->timer.armAt(TimePoint() + Duration::milliseconds(10));
  });
  w.run.runUntil(TimePoint() + Duration::seconds(1));
  w.run.finish();
  listener.reset();
  reader.reset();
  stream.reset();
  timer.reset();
  speak.reset();
  return log;
}

TEST(SimDispatcher, ALateLoopFindsTheBytesThatOvertookItsTimer) {
  EXPECT_EQ(timerAndBytes({}), (std::vector<std::string>{"timer", "bytes=x"}));
  // The server's loop wakes for the connection (0) and then for the timer (1).
  EXPECT_EQ(timerAndBytes({{"/server/main:lateness:1", 4}}), (std::vector<std::string>{"bytes=x", "timer"}));
}

TEST(SimDispatcher, PathsNameByCause) {
  std::unique_ptr<CallTimer> timer;
  std::unique_ptr<io::Stream> stream;
  World w;
  SimDispatcher& c = w.client.dispatcher();
  w.client.start();
  c.post([&] {
    c.setCause(c.nameActor("alice", 0));
    timer = std::make_unique<CallTimer>(c, [&] { stream = std::move(*c.connect(kServer, {})); });
    timer->timer.arm(Duration::seconds(1));
  });
  w.run.run();
  bool found = false;
  for (const RecordedEvent& e : w.recorder.events()) {
    found = found || w.run.names().path(e.entity) == "/client/main/alice/timer_harness.1/connection.1";
  }
  EXPECT_TRUE(found);
  w.run.finish();
  timer.reset();
  stream.reset();
}

TEST(SimDispatcher, APostRunsUnderTheNameOfWhatPostedIt) {
  std::unique_ptr<CallTimer> timer;
  World w;
  w.client.start();
  w.server.start();
  w.client.dispatcher().post([&] {
    w.client.dispatcher().setCause(w.client.dispatcher().nameActor("alice", 0));
    w.server.dispatcher().post([&] {
      timer = std::make_unique<CallTimer>(w.server.dispatcher(), [] {});
      timer->timer.arm(Duration::seconds(1));
    });
  });
  w.run.run();
  bool found = false;
  for (const RecordedEvent& e : w.recorder.events()) {
    found = found || (e.name == "timer_armed" && w.run.names().path(e.entity) == "/client/main/alice/timer_harness.1");
  }
  EXPECT_TRUE(found);
  w.run.finish();
  timer.reset();
}

TEST(SimDispatcher, AnIdleLoopLetsTheRunBeQuiet) {
  World w;
  w.client.start();
  EXPECT_EQ(w.run.runUntilQuiet(), RunEnd::kQuiet);
  EXPECT_EQ(w.run.run(), RunEnd::kNothingLeft);
}

// Found by fuzzing: a run whose time is over inside an iteration leaves objects to delete, and those speak to their dispatcher.
TEST(SimDispatcher, WhatWaitsToBeDeletedGoesWhileTheDispatcherIsWhole) {
  struct Last final : io::DeferredDeletable {
    Last(io::Dispatcher& d, bool& w) : dispatcher(d), whole(w) {}
    ~Last() override { whole = dynamic_cast<SimDispatcher*>(&dispatcher) != nullptr; }
    io::Dispatcher& dispatcher;
    bool& whole;
  };
  bool whole = false;
  {
    World w;
    io::Dispatcher& d = w.client.dispatcher();
    d.deferDelete(std::make_unique<Last>(d, whole));
  }
  EXPECT_TRUE(whole);
}

TEST(SimDispatcher, PostsThatPostForEverAreALivelock) {
  std::function<void()> again;
  World w({}, 1000);
  SimDispatcher& d = w.client.dispatcher();
  again = [&] { d.post([&] { again(); }); };
  w.client.start();
  d.post([&] { again(); });
  EXPECT_EQ(w.run.run(), RunEnd::kFailed);
  EXPECT_EQ(w.run.failure()->check, "livelock");
  EXPECT_NE(w.run.failure()->message.find("/client/main post"), std::string::npos) << w.run.failure()->message;
  EXPECT_FALSE(w.run.finish()) << "the thread is stuck inside an iteration";
}

TEST(SimDispatcher, ATaskThatSchedulesItselfForEverIsALivelock) {
  std::unique_ptr<CallTask> task;
  World w({}, 1000);
  SimDispatcher& d = w.client.dispatcher();
  task = std::make_unique<CallTask>([&] { d.schedule(task->task); });
  w.client.start();
  d.post([&] { d.schedule(task->task); });
  EXPECT_EQ(w.run.run(), RunEnd::kFailed);
  EXPECT_EQ(w.run.failure()->check, "livelock");
  w.run.finish();
  task->task.cancel();
}

// An iteration takes a nanosecond: time passes, but not for anybody.
TEST(SimDispatcher, ATimerArmedForNowForEverIsALivelock) {
  struct Circle {
    std::optional<io::Timer> timer;
    void turn() { timer->arm(Duration()); }
  } circle;
  World w;
  SimDispatcher& d = w.client.dispatcher();
  circle.timer.emplace(d, io::TimerKind::kActor, Delegate<void()>::to<&Circle::turn>(&circle));
  w.client.start();
  d.post([&] { circle.turn(); });
  EXPECT_EQ(w.run.run(), RunEnd::kFailed);
  EXPECT_EQ(w.run.failure()->check, "livelock");
  w.run.finish();
  circle.timer.reset();
}

TEST(SimDispatcher, ATaskOfTheNextIterationForEverIsALivelockThatEndsCleanly) {
  std::unique_ptr<CallTask> task;
  World w({}, 1000);
  SimDispatcher& d = w.client.dispatcher();
  task = std::make_unique<CallTask>([&] { d.scheduleNext(task->task); });
  w.client.start();
  d.post([&] { d.scheduleNext(task->task); });
  EXPECT_EQ(w.run.run(), RunEnd::kFailed);
  EXPECT_EQ(w.run.failure()->check, "livelock");
  w.run.finish();
  task.reset();
}

}  // namespace
}  // namespace orrery::sim
