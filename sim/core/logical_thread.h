#pragma once

#include <cstdint>
#include <functional>

#include "proxy/base/delegate.h"
#include "proxy/base/intrusive_list.h"
#include "sim/core/context.h"
#include "sim/core/entity.h"
#include "sim/core/event_queue.h"
#include "sim/core/stack_pool.h"

namespace orrery::sim {

class Scheduler;

// A thread of the simulated world: a fiber with a name, run by the scheduler when it is runnable. In production each would
// be an OS thread.
// Lifetime: the scheduler's, until the run ends. Threading: the run's OS thread.
class LogicalThread : public ListHook<LogicalThread> {
 public:
  enum class State : uint8_t { kRunnable, kRunning, kBlocked, kDone };

  State state() const { return state_; }
  bool done() const { return state_ == State::kDone; }
  EntityId id() const { return entity_.id; }
  Entity& entity() { return entity_; }
  // Who acts on this thread now: its loop keeps that there. The thread itself if it has no loop.
  void setCause(const EntityId* cause) { cause_ = cause; }
  // What it stands before an operation on, while it is overtaken at a schedule point; null elsewhere. An identity only.
  const void* pending() const { return pending_; }
  EntityId cause() const { return cause_ == nullptr || *cause_ == 0 ? entity_.id : *cause_; }

  LogicalThread(Scheduler& scheduler, EntityId id, std::move_only_function<void()> body, size_t stackSize);
  ~LogicalThread();

 private:
  friend class Scheduler;
  static void enter(void* self);
  void onAlarm();

  Scheduler& scheduler_;
  Entity entity_;
  std::move_only_function<void()> body_;
  Stack stack_;
  Context context_;
  Event alarm_{Delegate<void()>::to<&LogicalThread::onAlarm>(this)};
  const EntityId* cause_ = nullptr;
  LogicalThread* joiner_ = nullptr;
  const void* pending_ = nullptr;
  const void* waitsFor_ = nullptr;  // a mutex that another holds
  State state_ = State::kRunnable;
  uint32_t holds_ = 0;    // how often it has been overtaken by choice since it became runnable
  uint64_t heldFor_ = 0;  // the pick in which it was last
};

}  // namespace orrery::sim
