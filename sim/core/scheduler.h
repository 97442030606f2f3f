#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "proxy/base/intrusive_list.h"
#include "proxy/base/mark.h"
#include "proxy/base/schedule_point.h"
#include "proxy/base/time.h"
#include "sim/core/chooser.h"
#include "sim/core/event_queue.h"
#include "sim/core/lock_order.h"
#include "sim/core/logical_thread.h"
#include "sim/core/stack_pool.h"
#include "sim/core/trace.h"

namespace orrery::sim {

// Runs logical threads one at a time on one OS thread. Runnable threads wait in a queue, first in first out; a thread may be
// held back until v others (3: all of them) have overtaken it, a choice that is asked when its turn comes, and again when its turn
// comes after others ran (at most kMostHolds times), so that one that became runnable later can overtake it too. A thread runs until
// it blocks or a schedule point inside a callback lets others overtake it (asked only when others can run).
//
// Lifetime: part of a Run. Threading: the run's OS thread. Bounds: kMaxThreads.
class Scheduler final : private SchedulePointHook {
 public:
  static constexpr size_t kMaxThreads = 4096;
  static constexpr uint32_t kMostHolds = 64;

  Scheduler(StackPool& stacks, EventQueue& queue, Chooser& chooser, Trace& trace)
      : stacks_(stacks), queue_(queue), chooser_(chooser), trace_(trace) {}
  ~Scheduler();

  // A new thread, runnable. `id` names it.
  LogicalThread& spawn(EntityId id, std::move_only_function<void()> body, size_t stackSize = StackPool::kLarge);

  // The thread that runs now; null: the harness or the simulated kernel.
  LogicalThread* current() const { return current_; }

  // Called by a thread: waits until wake(). False: the run is being torn down, the thread must end.
  bool block();
  // Makes a blocked thread runnable; nothing if it is not blocked.
  void wake(LogicalThread& thread);
  // Called by a thread: lets time pass. At least until `at`; false as block(). If nothing else happens before `at`, the
  // clock is moved without a switch.
  bool sleepUntil(TimePoint at);
  // Called by a thread: waits until the other has ended, also when the run is torn down. Does not return if the other
  // cannot be ended.
  void join(LogicalThread& thread);

  bool anyRunnable() const { return runnableCount_ != 0; }
  // Picks one of the runnable threads and runs it until it blocks, is overtaken or ends. There must be one.
  void runOne();

  // Ends all threads: each blocking call returns false at once, schedule points do nothing. Returns false if some did not
  // end (a thread stuck in a callback); their stacks are then never touched again.
  bool cancelAll();
  bool cancelling() const { return cancelling_; }

  // Called with threads of which each waits for a mutex that the next one holds, and the last for one of the first. None of
  // them ever goes on.
  using OnDeadlock = std::function<void(const std::vector<const LogicalThread*>& cycle)>;
  void setOnDeadlock(OnDeadlock told) { onDeadlock_ = std::move(told); }

  // Called when a thread takes a mutex in an order of which another took the opposite.
  using OnLockOrder = std::function<void(EntityId thread, EntityId other)>;
  void setOnLockOrder(OnLockOrder told) { onLockOrder_ = std::move(told); }

  // The thread never runs again: for a thread stuck in a callback that made no progress. Does not return.
  [[noreturn]] void abandonCurrent();

  // What the harness does between the run...() functions is ordered with all threads (for the race detector).
  void announceHarnessLeaves();
  void announceHarnessReturns();

  // The instant that sleepUntil() may not pass by itself.
  void setHorizon(int64_t at) { horizon_ = at; }

  const std::vector<std::unique_ptr<LogicalThread>>& threads() const { return threads_; }
  // The rare branches that any thread has taken.
  const MarkSet& marks() const { return marks_; }

 private:
  friend class LogicalThread;
  friend class NoSwitch;
  struct HeldMutex {
    const void* mutex;
    LogicalThread* owner;
  };

  void onSchedulePoint(SchedulePointKind kind, const void* object) override;
  void lockSimulated(const void* mutex) override;
  void unlockSimulated(const void* mutex) override;
  void objectGone(const void* object) override;
  bool hold(LogicalThread& thread, Site site, const Rivals& rivals);
  void onMark(Mark mark) override;
  void takeMutex(const void* mutex);
  void checkLockOrder(LogicalThread& thread, const void* mutex);
  bool tellDeadlock(const LogicalThread& thread);
  std::vector<const LogicalThread*> cycleFrom(const LogicalThread& thread) const;

  void enqueue(LogicalThread& thread) {
    runnable_.pushBack(thread);
    ++runnableCount_;
  }
  void insertBehind(LogicalThread& thread, size_t overtakers);
  LogicalThread& pick();
  void switchInto(LogicalThread& thread);
  void leave(LogicalThread& thread);
  void finish(LogicalThread& thread);

  StackPool& stacks_;
  EventQueue& queue_;
  Chooser& chooser_;
  Trace& trace_;
  Context outside_;
  LogicalThread* current_ = nullptr;
  IntrusiveList<LogicalThread> runnable_;
  size_t runnableCount_ = 0;
  std::vector<std::unique_ptr<LogicalThread>> threads_;
  std::vector<HeldMutex> heldMutexes_;   // a handful at most
  std::vector<LogicalThread*> waiters_;  // for mutexes, in the order in which they came
  uint64_t picks_ = 0;
  OnDeadlock onDeadlock_;
  OnLockOrder onLockOrder_;  // null: nobody asks
  LockOrder lockOrder_;
  MarkSet marks_;
  int64_t horizon_ = EventQueue::kNever;
  int noSwitch_ = 0;
  bool cancelling_ = false;
};

// While it lives, schedule points do not switch: a static initialiser, a catch block, an unwinding destructor, a foreign lock
// or a library's callback is on the stack.
class NoSwitch {
 public:
  explicit NoSwitch(Scheduler& scheduler) : scheduler_(scheduler) { ++scheduler_.noSwitch_; }
  ~NoSwitch() { --scheduler_.noSwitch_; }
  NoSwitch(const NoSwitch&) = delete;
  NoSwitch& operator=(const NoSwitch&) = delete;

 private:
  Scheduler& scheduler_;
};

}  // namespace orrery::sim
