#include "sim/core/decider.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "proxy/base/deciding_atomic.h"
#include "proxy/base/mutex.h"
#include "sim/core/race_detector.h"
#include "sim/core/run.h"

namespace orrery::sim {
namespace {

constexpr Name kThread("thread");

// Answers by a function, and notes who was asked with whom waiting.
class Script final : public Decider {
 public:
  explicit Script(std::function<uint32_t(const Question&)> answer) : answer_(std::move(answer)) {}
  uint32_t decide(const Question& q) override { return answer_(q); }

 private:
  std::function<uint32_t(const Question&)> answer_;
};

RunOptions decided(std::function<uint32_t(const Question&)> answer) {
  RunOptions o;
  o.strategy = Strategy::decided(std::make_shared<Script>(std::move(answer)));
  return o;
}

// The test's own, written by several logical threads.
void note(std::string& text, uint64_t thread) {
  const SimulatorCode scope;
  text += static_cast<char>('0' + thread);
}

struct Threads {
  explicit Threads(RunOptions o) : run(pools, std::move(o)) {}
  ~Threads() { run.finish(); }
  void spawn(uint64_t index, std::function<void()> body) {
    run.spawn(kThread, index, 0, [body = std::move(body)] { body(); });
  }
  Pools pools;
  Run run;
};

TEST(Decider, AnswersAreTheRunsLogAndReplayWithoutIt) {
  const auto order = [](RunOptions options, Deviations* log) {
    std::string text;
    Threads t(std::move(options));
    for (uint64_t i = 1; i <= 3; ++i) t.spawn(i, [&text, i] { note(text, i); });
    t.run.run();
    if (log != nullptr) *log = t.run.chooser().deviations();
    return text + ' ' + std::to_string(t.run.hash());
  };
  Deviations log;
  const std::string first =
      order(decided([asked = 0](const Question& q) mutable { return asked++ == 0 ? q.n - 1 : 0; }), &log);
  EXPECT_EQ(first.substr(0, 4), "231 ");
  RunOptions again;
  again.strategy = Strategy::replay(log);
  EXPECT_EQ(order(std::move(again), nullptr), first);
}

// Of six threads the first waits for all: the answer 3 is "all that can run", not three.
TEST(Decider, TheLastAnswerLetsAllOthersGoAhead) {
  std::string text;
  Threads t(decided([first = true](const Question& q) mutable {
    EXPECT_LE(q.n, 4u);
    return std::exchange(first, false) ? 3u : 0u;
  }));
  for (uint64_t i = 1; i <= 6; ++i) t.spawn(i, [&text, i] { note(text, i); });
  t.run.run();
  EXPECT_EQ(text, "234561");
}

TEST(Decider, IsToldWhoWouldGoAheadAndWhoWaitsBeforeTheSameObject) {
  DecidingAtomic<int> one{0};
  DecidingAtomic<int> other{0};
  std::vector<size_t> counts;
  std::vector<bool> same;
  Threads t(decided([&](const Question& q) -> uint32_t {
    if (q.site != Site::kAtomicPoint) return 0;
    EXPECT_NE(q.rivals, nullptr);
    counts.push_back(q.rivals->count());
    for (size_t i = 0; i < q.rivals->count(); ++i) {
      EXPECT_NE(q.rivals->id(i), q.entity);
      same.push_back(q.rivals->sameObject(i));
    }
    return counts.size() == 1 ? 1 : 0;
  }));
  t.spawn(1, [&] { one.store(1); });  // held: it stands before `one`
  t.spawn(2, [&] { one.store(2); });  // asked while thread 1 waits there
  t.spawn(3, [&] { other.store(3); });
  t.run.run();
  // Thread 1 has 2 and 3 behind it, 2 has 1 and 3; 1 then goes on without a question, and 3 is alone.
  EXPECT_EQ(counts, (std::vector<size_t>{2, 2}));
  EXPECT_EQ(same, (std::vector<bool>{false, false, true, false}));
}

TEST(Chooser, ListsAllThatWasAskedWithoutChangingTheHash) {
  const auto ask = [](sim::Run& run) {
    const EntityId who = run.names().childKept(0, kThread, 1);
    run.chooser().choose(who, Site::kLinkDelay, 5);
    run.chooser().draw(who, Site::kRandom);
    run.chooser().choose(who, Site::kLinkDelay, 3);
  };
  Pools pools;
  RunOptions options;
  options.listQuestions = true;
  sim::Run listed(pools, options);
  ask(listed);
  sim::Run plain(pools, {});
  ask(plain);
  EXPECT_EQ(listed.hash(), plain.hash());
  EXPECT_TRUE(plain.chooser().takeQuestions().empty());
  const auto questions = listed.chooser().takeQuestions();
  ASSERT_EQ(questions.size(), 2u);
  EXPECT_EQ(questions[0].n, 5u);
  EXPECT_EQ(questions[1].n, 3u);
  EXPECT_EQ(questions[1].occurrence, 1u);
  EXPECT_EQ(questions[1].key, *Names::keyOf("/thread.1:link_delay:1"));
}

// Each holds one and wants the other's: without the check they would go round for ever.
TEST(Run, MutexesTakenInTwoOrdersAreADeadlockThatNamesItsCycle) {
  Mutex a;
  Mutex b;
  Threads t(decided([](const Question& q) { return q.site == Site::kMutexLockPoint ? 1u : 0u; }));
  t.spawn(1, [&] {
    const MutexLock first(a);
    const MutexLock second(b);
  });
  t.spawn(2, [&] {
    const MutexLock first(b);
    const MutexLock second(a);
  });
  t.run.run();
  ASSERT_TRUE(t.run.failure());
  EXPECT_EQ(t.run.failure()->check, "deadlock");
  const std::string& m = t.run.failure()->message;
  EXPECT_TRUE(
      m == "/thread.1 waits for a mutex that /thread.2 holds, /thread.2 waits for a mutex that /thread.1 holds" ||
      m == "/thread.2 waits for a mutex that /thread.1 holds, /thread.1 waits for a mutex that /thread.2 holds")
      << m;
}

}  // namespace
}  // namespace orrery::sim
