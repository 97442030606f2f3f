#pragma once

#include <cstdint>

#include "proxy/base/time.h"
#include "sim/core/run.h"

namespace orrery::sim {

// How an event loop sleeps and wakes in simulated time. A loop in production wakes late, and then finds several things
// ready at once; so each time something wakes it, its lateness is a choice:
//   0      at once;
//   1, 2   only when one (two) further instants have come at which something of this loop becomes ready, at most 20 ms;
//   3 4 5  10 us, 1 ms, 20 ms later.
// Every iteration takes at least 1 ns.
//
// Lifetime: part of a dispatcher; the run outlives it. Threading: wait() and pass() by the loop's thread, ready() by
// anything in the run.
class LoopWait {
 public:
  explicit LoopWait(Run& run) : run_(run) {}
  ~LoopWait() { run_.queue().cancel(event_); }
  LoopWait(const LoopWait&) = delete;
  LoopWait& operator=(const LoopWait&) = delete;

  // The loop's thread waits until ready() or the deadline. False: the run is being torn down.
  bool wait(TimePoint deadline);
  // The loop's thread has more to do: only lets the least time pass.
  bool pass();

  // The process stands still: the loop's thread does not come back from wait() or pass() before resume().
  void pause() { paused_ = true; }
  void resume();

  // Something of this loop became ready now.
  void ready() {
    if (waiting_) {
      if (late_ == Late::kNo || readyAt_ != run_.now()) onReady();
    } else {
      ready_ = true;
    }
  }

 private:
  enum class Late : uint8_t { kNo, kUntilInstants, kUntilTime };
  void setLate(Late late);
  void onReady();
  void onEvent();
  void fileEvent();
  void wake();
  bool sitOut();

  Run& run_;
  LogicalThread* thread_ = nullptr;
  Event event_{Delegate<void()>::to<&LoopWait::onEvent>(this)};
  TimePoint deadline_;
  TimePoint iterationAt_ = TimePoint::fromNanoseconds(-1);  // when the current iteration began
  TimePoint readyAt_;                                       // the last instant that counted
  TimePoint lateUntil_;
  uint32_t instantsLeft_ = 0;
  Late late_ = Late::kNo;
  bool waiting_ = false;
  bool ready_ = false;
  bool paused_ = false;
  bool missed_ = false;      // something came while it was paused
  bool sittingOut_ = false;  // the thread waits for resume() and nothing else
};

}  // namespace orrery::sim
