// What the shared iteration contract offers to a simulated scheduler: overtaking among ready sources and timer ties.
// Everything else of it is in tests/contract, over real back ends.

#include "proxy/io/dispatcher.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace orrery::io {
namespace {

using Log = std::vector<std::string>;

class ChoosingDispatcher final : public Dispatcher {
 public:
  ChoosingDispatcher() { chooses_ = true; }
  // For each question, by order: how many overtake. None left: 0.
  std::vector<size_t> answers;
  struct Question {
    OrderSite site;
    uint64_t entity;
    size_t n;
  };
  std::vector<Question> questions;
  Log fired;
  uint64_t nextName = 100;

  void iterate(int64_t now) { runIteration(TimePoint::fromNanoseconds(now)); }
  using Dispatcher::hasImmediateWork;
  using Dispatcher::OrderSite;

  WallTime wallNow() const override { return {}; }
  void post(PostFn fn) override { posts.push_back(std::move(fn)); }
  std::expected<std::unique_ptr<Stream>, IoError> connect(const Address&, const SocketOptions&) override {
    return std::unexpected(IoError::kOther);
  }
  std::unique_ptr<Listener> listen(std::shared_ptr<ListenSocket>, ListenerCallbacks&) override { return nullptr; }
  std::expected<std::unique_ptr<Datagram>, IoError> openDatagram(const Address&) override {
    return std::unexpected(IoError::kOther);
  }
  std::unique_ptr<Stream> adopt(std::unique_ptr<StreamHandle>) override { return nullptr; }
  void run() override {}
  void exit() override {}

  std::vector<PostFn> posts;

 private:
  void takePosts(std::vector<PostFn>& out) override {
    for (auto& p : posts) out.push_back(std::move(p));
    posts.clear();
  }
  size_t holdBehind(OrderSite site, uint64_t entity, size_t n) override {
    questions.push_back({site, entity, n});
    return questions.size() <= answers.size() ? answers[questions.size() - 1] : 0;
  }
  uint64_t nameTimer(TimerKind) override { return nextName++; }
  void onTimerFired(TimerKind, uint64_t entity) override { fired.push_back(std::to_string(entity)); }
};

struct Source final : Readiness {
  Source(Dispatcher& d, uint64_t entity, Log& l) : Readiness(d), log(l) { entity_ = entity; }
  void deliver(uint8_t) override {
    log.push_back(std::to_string(entity_));
    auto f = then;  // it may destroy this
    clear(kReadable);
    if (f) f();
  }
  void edge() { noteEdge(kReadable); }
  Log& log;
  std::function<void()> then;
};

struct ReadyOrder : testing::Test {
  void SetUp() override {
    for (uint64_t i = 0; i < 6; ++i) {
      sources.push_back(std::make_unique<Source>(d, i, log));
      sources.back()->setInterest(kReadable);
      sources.back()->edge();
    }
  }
  ChoosingDispatcher d;
  Log log;
  std::vector<std::unique_ptr<Source>> sources;
};

TEST_F(ReadyOrder, IsThatOfTheKernelByDefault) {
  d.iterate(1);
  EXPECT_EQ(log, (Log{"0", "1", "2", "3", "4", "5"}));
  // The last one has nobody behind it and is not asked about.
  ASSERT_EQ(d.questions.size(), 5u);
  EXPECT_EQ(d.questions[0].n, 4u) << "at most four take part";
  EXPECT_EQ(d.questions[4].n, 2u);
  EXPECT_FALSE(d.hasImmediateWork());
}

TEST_F(ReadyOrder, ASourceIsHeldBehindAsManyAsWasAnswered) {
  d.answers = {2};
  d.iterate(1);
  EXPECT_EQ(log, (Log{"1", "2", "0", "3", "4", "5"}));
}

TEST_F(ReadyOrder, AHeldSourceIsNotAskedAboutAgain) {
  d.answers = {1, 0, 3};  // 0 behind 1; 1: no; then 2 behind 3, 4, 5
  d.iterate(1);
  EXPECT_EQ(log, (Log{"1", "0", "3", "4", "5", "2"}));
}

TEST_F(ReadyOrder, ASourceDestroyedWhileHeldIsNotCalled) {
  d.answers = {1};
  sources[1]->then = [&] { sources[0].reset(); };
  d.iterate(1);
  EXPECT_EQ(log, (Log{"1", "2", "3", "4", "5"}));
}

struct TieTimer {
  TieTimer(Dispatcher& d, std::function<void()> f)
      : fn(std::move(f)), timer(d, TimerKind::kHarness, Delegate<void()>::to<&TieTimer::fire>(this)) {}
  void fire() { fn(); }
  std::function<void()> fn;
  Timer timer;
};

struct TieOrder : testing::Test {
  void SetUp() override {
    for (int i = 0; i < 5; ++i) {
      timers.push_back(std::make_unique<TieTimer>(d, [this, i] {
        log.push_back(std::to_string(i));
        if (then.size() > static_cast<size_t>(i) && then[static_cast<size_t>(i)]) then[static_cast<size_t>(i)]();
      }));
      timers.back()->timer.armAt(TimePoint::fromNanoseconds(10));
    }
    then.resize(5);
  }
  ChoosingDispatcher d;
  Log log;
  std::vector<std::function<void()>> then;
  std::vector<std::unique_ptr<TieTimer>> timers;
};

TEST_F(TieOrder, IsThatOfArmingByDefault) {
  d.iterate(9);
  EXPECT_TRUE(log.empty());
  d.iterate(10);
  EXPECT_EQ(log, (Log{"0", "1", "2", "3", "4"}));
  EXPECT_EQ(d.fired, (Log{"100", "101", "102", "103", "104"}));
  for (const auto& q : d.questions) EXPECT_EQ(q.site, ChoosingDispatcher::OrderSite::kTimerTie);
}

TEST_F(TieOrder, ATimerIsOvertakenByAsManyAsWasAnswered) {
  d.answers = {3};
  d.iterate(10);
  EXPECT_EQ(log, (Log{"1", "2", "3", "0", "4"}));
}

TEST_F(TieOrder, TimersThatATieDestroysDisarmsOrRearmsDoNotFire) {
  d.answers = {1};
  then[1] = [&] {
    timers[0].reset();  // held behind this one
    timers[2]->timer.disarm();
    timers[3]->timer.armAt(TimePoint::fromNanoseconds(11));
  };
  d.iterate(10);
  EXPECT_EQ(log, (Log{"1", "4"}));
  d.iterate(11);
  EXPECT_EQ(log, (Log{"1", "4", "3"}));
}

TEST_F(TieOrder, OneThatArmsItselfForTheSameInstantWaitsForTheNextIteration) {
  then[0] = [&] {
    if (log.size() == 1) timers[0]->timer.armAt(TimePoint::fromNanoseconds(10));
  };
  d.iterate(10);
  EXPECT_EQ(log, (Log{"0", "1", "2", "3", "4"}));
  d.iterate(10);
  EXPECT_EQ(log.back(), "0");
  EXPECT_EQ(log.size(), 6u);
}

TEST_F(TieOrder, AnotherInstantIsNoTie) {
  timers[1]->timer.armAt(TimePoint::fromNanoseconds(9));
  d.answers = {1};
  d.iterate(20);
  EXPECT_EQ(log, (Log{"1", "2", "0", "3", "4"}));
}

}  // namespace
}  // namespace orrery::io
