#pragma once

#include <cstdint>

#include "proxy/base/delegate.h"
#include "proxy/base/intrusive_list.h"

namespace orrery::io {

// A piece of work that can be scheduled on a dispatcher any number of times, without allocation: lives in its owner as a
// member. Scheduling it while it is scheduled moves nothing. Destruction cancels.
class Task : public ListHook<Task> {
 public:
  explicit Task(Delegate<void()> run) : run_(run) {}
  bool scheduled() const { return linked(); }
  void cancel() { unlink(); }

 private:
  friend class Dispatcher;
  Delegate<void()> run_;
  uint64_t cause_ = 0;  // who scheduled it; see Dispatcher::cause()
};

// What is destroyed at the end of the iteration instead of inside its own callback. From the hand-over on the object
// makes no callback and is in no list.
class DeferredDeletable {
 public:
  virtual ~DeferredDeletable() = default;
};

}  // namespace orrery::io
