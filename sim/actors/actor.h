#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "proxy/io/timer.h"
#include "sim/actors/actor_env.h"
#include "sim/core/fiber.h"
#include "sim/scenario/scenario.h"

namespace orrery::sim {

// A story carried out: straight-line code on a fiber, over proxy/io only, so the same actor runs on simulated and on real
// sockets. It blocks by suspending its fiber; callbacks of its connections and its timer resume it.
//
// Lifetime: the env and the story outlive it; destroy it on its dispatcher's thread, not inside its callbacks. Threading:
// its dispatcher's. Errors: what peers do is in the ledger; a step that was `expected` and did not hold, and a story that
// cannot go on, are violations.
class Actor {
 public:
  Actor(const ActorEnv& env, const Story& story, std::function<void()> onDone);
  virtual ~Actor() = default;
  Actor(const Actor&) = delete;
  Actor& operator=(const Actor&) = delete;

  // On the dispatcher.
  void start();
  bool done() const { return done_; }
  // What it is doing, for messages about runs that do not end; empty when done.
  std::string doing() const;
  // Ends the story where it is, closes everything.
  virtual void stop();

  // For expectations: as this actor saw its connections.
  struct Facts {
    uint64_t connections = 0;  // accepted, or established
    uint64_t failedConnects = 0;
    TimePoint closedAt = TimePoint::max();  // the peer ended the last connection to be ended
    bool reset = false;                     // ... by RST
    uint64_t goAways = 0;                   // frames that its peers have sent
  };
  const Facts& facts() const { return facts_; }

 protected:
  // One step; false: the story is cancelled.
  virtual bool step(const Step& step) = 0;
  // After the last step.
  virtual void finish() {}

  // Suspends until `condition()` or `deadline`; false: cancelled. Callers look at the condition afterwards.
  template <class Condition>
  bool waitUntil(Condition&& condition, TimePoint deadline = TimePoint::max()) {
    while (!condition() && now() < deadline) {
      if (deadline != TimePoint::max()) timer_.armAt(deadline);
      if (!suspend()) return false;
    }
    timer_.disarm();
    return !cancelled_;
  }
  bool sleep(Duration d);
  bool expectChange(const ExpectChangeStep& s);
  bool waitForCondition(const WaitUntilStep& s);
  // From callbacks: something changed.
  void wake();

  TimePoint now() const { return env_.dispatcher.now(); }
  void violation(std::string_view check, std::string_view message) {
    env_.observer.onViolation(check, env_.host, message);
  }
  TimePoint deadline(Duration within) const { return within.isZero() ? TimePoint::max() : now() + within; }
  // What `expect bytes` says when they have not come.
  static std::string unheard(std::string_view wanted, std::string_view heard);
  void noteEnded(TimePoint at, bool byReset) {
    facts_.closedAt = at;
    facts_.reset = byReset;
  }

  const ActorEnv& env_;
  const Story& story_;
  Facts facts_;

 private:
  void run();
  bool suspend();

  std::function<void()> onDone_;
  io::Timer timer_;
  uint64_t entity_ = 0;
  size_t at_ = 0;
  bool waiting_ = false;
  bool started_ = false;
  bool done_ = false;
  bool cancelled_ = false;
  bool listens_ = false;  // to conditions
  struct Watched {
    std::unique_ptr<io::FileWatch> watch;
    bool changed = false;  // since a step has seen it
  };
  std::map<std::string, Watched> watched_;  // by path
  // Last: its body uses the members above until it has ended.
  std::optional<Fiber> fiber_;

 protected:
  // To be called by destructors of derived classes: the fiber ends while they still exist.
  void endFiber() { fiber_.reset(); }
};

}  // namespace orrery::sim
