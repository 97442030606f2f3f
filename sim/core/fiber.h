#pragma once

#include <cstddef>
#include <functional>

#include "sim/core/context.h"
#include "sim/core/stack_pool.h"

namespace orrery::sim {

// A function that can be left in the middle and continued later, by whoever holds it, on the same OS thread. Scripted actors
// are fibers on some dispatcher's thread, in a simulated world and on real sockets alike: they suspend where a blocking
// call would block, and callbacks resume them.
//
// Lifetime: a body that has not ended when the fiber dies is cancelled: suspend() returns false at once, from then on, and
// the body must return (its destructors run). Threading: one OS thread. Re-entry: a body may resume other fibers, never its
// own; a fiber does not die inside its own body.
class Fiber {
 public:
  using Body = std::move_only_function<void()>;
  Fiber(StackPool& stacks, Body body, size_t stackSize = StackPool::kMedium);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Runs the body until it suspends or ends. Not when finished, nor from inside.
  void resume();
  bool finished() const { return finished_; }
  bool running() const { return running_; }
  // Asks the body to end: resumes it until it has. Not from inside.
  void cancel();
  bool cancelled() const { return cancelled_; }

  // Inside the body: back to whoever resumed. False: cancelled, return as soon as possible.
  bool suspend();

 private:
  static void enter(void* self);

  StackPool& stacks_;
  Stack stack_;
  Body body_;
  Context inside_;
  Context outside_;
  bool running_ = false;
  bool finished_ = false;
  bool cancelled_ = false;
};

}  // namespace orrery::sim
