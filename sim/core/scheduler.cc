#include "sim/core/scheduler.h"

#include <algorithm>

#include "proxy/base/assert.h"
#include "sim/core/events.h"
#include "sim/core/race_detector.h"

namespace orrery::sim {

namespace {
// 0 to 2 others go ahead, or all that can run: a thread that is overtaken by a hundred is one choice, not a hundred.
constexpr size_t kMaxAlternatives = 4;

uint32_t alternatives(size_t others) { return static_cast<uint32_t>(std::min(others + 1, kMaxAlternatives)); }

Site siteOf(SchedulePointKind kind) {
  switch (kind) {
    case SchedulePointKind::kAtomic: return Site::kAtomicPoint;
    case SchedulePointKind::kMutexLock: return Site::kMutexLockPoint;
    case SchedulePointKind::kMutexUnlock: return Site::kMutexUnlockPoint;
    case SchedulePointKind::kPost: return Site::kPostPoint;
  }
  return Site::kAtomicPoint;
}
// The runnable threads behind (or, at a schedule point, besides) the one that is asked.
class Others final : public Rivals {
 public:
  Others(IntrusiveList<LogicalThread>& list, LogicalThread* first, size_t count, const void* object,
         const HappensBefore* order)
      : list_(list), first_(first), count_(count), object_(object), order_(order) {}
  size_t count() const override { return count_; }
  EntityId id(size_t i) const override { return at(i).id(); }
  bool sameObject(size_t i) const override { return object_ != nullptr && at(i).pending() == object_; }
  uint64_t order() const override { return order_ == nullptr ? 0 : order_->value(); }

 private:
  LogicalThread& at(size_t i) const {
    LogicalThread* thread = first_;
    for (; i > 0; --i) thread = list_.next(*thread);
    return *thread;
  }
  IntrusiveList<LogicalThread>& list_;
  LogicalThread* first_;
  size_t count_;
  const void* object_;
  const HappensBefore* order_;
};
}  // namespace

LogicalThread::LogicalThread(Scheduler& scheduler, EntityId id, std::move_only_function<void()> body, size_t stackSize)
    : scheduler_(scheduler), body_(std::move(body)), stack_(scheduler.stacks_.take(stackSize)) {
  entity_.become(id);
  context_.prepare(stack_, &LogicalThread::enter, this);
}

LogicalThread::~LogicalThread() {
  scheduler_.queue_.cancel(alarm_);
  context_.release();
  if (stack_.top != nullptr) scheduler_.stacks_.give(stack_);
}

void LogicalThread::enter(void* self) {
  LogicalThread& thread = *static_cast<LogicalThread*>(self);
  announceAcquire(&thread);
  Scheduler& scheduler = thread.scheduler_;
  announceAcquire(&scheduler);
  if (!scheduler.cancelling_) thread.body_();
  thread.body_ = nullptr;
  announceRelease(&thread);  // nothing of the thread is read by itself from here on
  scheduler.finish(thread);
}

void LogicalThread::onAlarm() { scheduler_.wake(*this); }

Scheduler::~Scheduler() {
  for (auto& thread : threads_) {
    ORRERY_ASSERT(thread->done() || cancelling_, "logical threads are ended before their run");
    queue_.cancel(thread->alarm_);
    // A thread that could not be ended still has live frames (one that never began has ended by now, one of a deadlock
    // waits for ever); its stack must not be given to anybody.
    if (!thread->done()) {
      thread->stack_.top = nullptr;
      thread->context_.abandon();
    }
  }
}

LogicalThread& Scheduler::spawn(EntityId id, std::move_only_function<void()> body, size_t stackSize) {
  const SimulatorCode scope;
  ORRERY_ASSERT(threads_.size() < kMaxThreads, "at most 4,096 logical threads a world");
  threads_.push_back(std::make_unique<LogicalThread>(*this, id, std::move(body), stackSize));
  enqueue(*threads_.back());
  if (HappensBefore* order = trace_.order()) order->wake(trace_.thread(), id);
  announceRelease(threads_.back().get());
  return *threads_.back();
}

void Scheduler::runOne() {
  LogicalThread& thread = pick();
  trace_.emit(thread.id(), ThreadRan{});
  switchInto(thread);
}

LogicalThread& Scheduler::pick() {
  ++picks_;
  for (;;) {
    LogicalThread& head = *runnable_.front();
    // Not twice in one pick: somebody has to go.
    const bool asked = head.heldFor_ == picks_ || head.holds_ == kMostHolds;
    head.unlink();
    --runnableCount_;
    if (runnableCount_ > 0 && !asked && !cancelling_) {
      const Others others(runnable_, runnable_.front(), runnableCount_, head.pending_, trace_.order());
      if (hold(head, head.holds_ == 0 ? Site::kThreadOrder : Site::kThreadAgain, others)) continue;
    }
    head.holds_ = 0;
    return head;
  }
}

bool Scheduler::hold(LogicalThread& thread, Site site, const Rivals& rivals) {
  const size_t v = chooser_.choose(thread.entity_, site, alternatives(runnableCount_), &rivals);
  if (v == 0) return false;
  thread.heldFor_ = picks_;
  ++thread.holds_;
  insertBehind(thread, v);
  return true;
}

void Scheduler::insertBehind(LogicalThread& thread, size_t overtakers) {
  LogicalThread* at = overtakers + 1 < kMaxAlternatives ? runnable_.front() : nullptr;
  for (size_t i = 0; i < overtakers && at != nullptr; ++i) at = runnable_.next(*at);
  if (at == nullptr) {
    runnable_.pushBack(thread);
  } else {
    runnable_.insertBefore(*at, thread);
  }
  ++runnableCount_;
}

void Scheduler::switchInto(LogicalThread& thread) {
  thread.state_ = LogicalThread::State::kRunning;
  current_ = &thread;
  trace_.setThread(thread.id());
  SchedulePointHook* const before = currentSchedulePointHook;
  currentSchedulePointHook = this;
  Context::switchTo(outside_, thread.context_, Context::Order::kNone);
  currentSchedulePointHook = before;
  trace_.setThread(0);
  current_ = nullptr;
  if (thread.done() && thread.stack_.top != nullptr) {
    thread.context_.release();
    stacks_.give(thread.stack_);
    thread.stack_.top = nullptr;
  }
}

void Scheduler::leave(LogicalThread& thread) {
  announceRelease(&thread);
  Context::switchTo(thread.context_, outside_, Context::Order::kNone);
  announceAcquire(this);
}

void Scheduler::announceHarnessLeaves() { announceRelease(this); }

void Scheduler::announceHarnessReturns() {
  for (const auto& thread : threads_) announceAcquire(thread.get());
}

void Scheduler::finish(LogicalThread& thread) {
  {
    const SimulatorCode scope;
    thread.state_ = LogicalThread::State::kDone;
    if (HappensBefore* order = trace_.order()) [[unlikely]]
      order->step(thread.id());
    if (thread.joiner_ != nullptr) wake(*thread.joiner_);
  }
  Context::leaveForGood(thread.context_, outside_, Context::Order::kNone);
}

bool Scheduler::block() {
  const SimulatorCode scope;
  LogicalThread* thread = current_;
  ORRERY_ASSERT(thread != nullptr, "only a logical thread blocks");
  if (cancelling_) return false;
  thread->state_ = LogicalThread::State::kBlocked;
  if (HappensBefore* order = trace_.order()) [[unlikely]]
    order->step(thread->id());
  leave(*thread);
  return !cancelling_;
}

void Scheduler::wake(LogicalThread& thread) {
  const SimulatorCode scope;
  if (thread.state_ != LogicalThread::State::kBlocked) return;
  thread.state_ = LogicalThread::State::kRunnable;
  if (HappensBefore* order = trace_.order()) [[unlikely]]
    order->wake(trace_.thread(), thread.id());
  enqueue(thread);
}

bool Scheduler::sleepUntil(TimePoint at) {
  const SimulatorCode scope;
  if (cancelling_) return false;
  if (trace_.now() >= at) return true;
  const int64_t ns = at.inNanoseconds();
  if (runnableCount_ == 0 && queue_.nextTime() > ns && ns <= horizon_) {
    trace_.setNow(at);
    return true;
  }
  LogicalThread& thread = *current_;
  queue_.file(thread.alarm_, ns, true);
  while (trace_.now() < at) {
    if (!block()) {
      queue_.cancel(thread.alarm_);
      return false;
    }
  }
  return true;
}

void Scheduler::join(LogicalThread& thread) {
  ORRERY_ASSERT(current_ != nullptr && current_ != &thread, "a thread joins another");
  {
    const SimulatorCode scope;
    while (!thread.done()) {
      thread.joiner_ = current_;
      // While the world is torn down too: what the other runs on goes when it is joined. cancelAll() goes round.
      if (!block()) leave(*current_);
    }
    thread.joiner_ = nullptr;
  }
  announceAcquire(&thread);
}

void Scheduler::abandonCurrent() {
  LogicalThread& thread = *current_;
  thread.state_ = LogicalThread::State::kBlocked;
  for (;;) leave(thread);
}

bool Scheduler::cancelAll() {
  cancelling_ = true;
  announceHarnessLeaves();
  // A thread may need another to go on first (a mutex), so go round while somebody ends.
  for (bool progress = true; progress;) {
    progress = false;
    for (size_t i = 0; i < threads_.size(); ++i) {
      LogicalThread& thread = *threads_[i];
      if (thread.done()) continue;
      if (thread.linked()) {
        thread.unlink();
        --runnableCount_;
      }
      switchInto(thread);
      progress = progress || thread.done();
    }
  }
  announceHarnessReturns();
  return std::all_of(threads_.begin(), threads_.end(), [](const auto& t) { return t->done(); });
}

void Scheduler::onSchedulePoint(SchedulePointKind kind, const void* object) {
  const SimulatorCode scope;
  if (cancelling_ || current_ == nullptr) return;
  LogicalThread& thread = *current_;
  if (runnableCount_ != 0 && noSwitch_ == 0) {
    const Others others(runnable_, runnable_.front(), runnableCount_, object, trace_.order());
    if (hold(thread, siteOf(kind), others)) {
      thread.heldFor_ = picks_ + 1;  // nobody has run since
      thread.state_ = LogicalThread::State::kRunnable;
      thread.pending_ = object;
      leave(thread);
      thread.pending_ = nullptr;
    }
  }
  if (Coverage* coverage = trace_.coverage()) [[unlikely]]
    coverage->touch(thread.id(), object);
  // Mutexes are ordered when they are taken and given back.
  if (HappensBefore* order = trace_.order(); order != nullptr && kind == SchedulePointKind::kAtomic) [[unlikely]]
    order->touch(thread.id(), object);
}

void Scheduler::lockSimulated(const void* mutex) {
  takeMutex(mutex);
  announceAcquire(mutex);
}

void Scheduler::takeMutex(const void* mutex) {
  const SimulatorCode scope;
  LogicalThread& thread = *current_;
  for (;;) {
    const auto held = std::find_if(heldMutexes_.begin(), heldMutexes_.end(),
                                   [mutex](const HeldMutex& m) { return m.mutex == mutex; });
    if (held == heldMutexes_.end()) break;
    ORRERY_ASSERT(held->owner != &thread, "a mutex is not locked twice by one thread");
    thread.waitsFor_ = mutex;
    // Nothing may be left on the stack of a thread that is abandoned.
    if (!cancelling_ && tellDeadlock(thread)) abandonCurrent();
    thread.state_ = LogicalThread::State::kBlocked;
    waiters_.push_back(&thread);
    leave(thread);
    std::erase(waiters_, &thread);
  }
  thread.waitsFor_ = nullptr;
  heldMutexes_.push_back({mutex, &thread});
  if (onLockOrder_ && heldMutexes_.size() > 1) checkLockOrder(thread, mutex);
  if (HappensBefore* order = trace_.order()) [[unlikely]]
    order->touch(thread.id(), mutex);
}

void Scheduler::checkLockOrder(LogicalThread& thread, const void* mutex) {
  for (const HeldMutex& h : heldMutexes_) {
    if (h.owner != &thread || h.mutex == mutex) continue;
    if (const auto other = lockOrder_.take(thread.id(), h.mutex, mutex)) onLockOrder_(thread.id(), *other);
  }
}

bool Scheduler::tellDeadlock(const LogicalThread& thread) {
  const std::vector<const LogicalThread*> cycle = cycleFrom(thread);
  if (cycle.empty()) return false;
  if (onDeadlock_) onDeadlock_(cycle);
  return true;
}

std::vector<const LogicalThread*> Scheduler::cycleFrom(const LogicalThread& thread) const {
  std::vector<const LogicalThread*> way;
  for (const LogicalThread* at = &thread; at->waitsFor_ != nullptr;) {
    way.push_back(at);
    const auto held = std::find_if(heldMutexes_.begin(), heldMutexes_.end(),
                                   [at](const HeldMutex& m) { return m.mutex == at->waitsFor_; });
    if (held == heldMutexes_.end()) return {};
    at = held->owner;
    if (at == &thread) return way;
    // A cycle that this thread only leads to was found by those in it.
    if (way.size() > threads_.size()) return {};
  }
  return {};
}

void Scheduler::onMark(Mark mark) {
  const SimulatorCode scope;
  marks_.set(static_cast<size_t>(mark));
}

void Scheduler::objectGone(const void* object) {
  const SimulatorCode scope;
  if (onLockOrder_) lockOrder_.forget(object);
  if (HappensBefore* order = trace_.order()) [[unlikely]]
    order->forget(object);
  if (Coverage* coverage = trace_.coverage()) [[unlikely]]
    coverage->forget(object);
}

void Scheduler::unlockSimulated(const void* mutex) {
  announceRelease(mutex);
  const SimulatorCode scope;
  const auto held =
      std::find_if(heldMutexes_.begin(), heldMutexes_.end(), [mutex](const HeldMutex& m) { return m.mutex == mutex; });
  ORRERY_ASSERT(held != heldMutexes_.end() && held->owner == current_, "a mutex is unlocked by its owner");
  heldMutexes_.erase(held);
  if (HappensBefore* order = trace_.order()) [[unlikely]]
    order->touch(current_->id(), mutex);
  // All that wait for it try again; which of them gets it is a question of who goes first.
  for (LogicalThread* waiter : waiters_) {
    if (waiter->waitsFor_ != mutex || waiter->state_ != LogicalThread::State::kBlocked || cancelling_) continue;
    waiter->state_ = LogicalThread::State::kRunnable;
    enqueue(*waiter);
  }
}

}  // namespace orrery::sim
