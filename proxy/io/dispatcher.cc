#include "proxy/io/dispatcher.h"

#include <algorithm>

#include "proxy/base/assert.h"

namespace orrery::io {

namespace {
// At most this many events are candidates to overtake one: more would not make other outcomes, only a larger choice.
constexpr size_t kMaxOvertakers = 4;
}  // namespace

void Readiness::setInterest(uint8_t mask) {
  interest_ = mask;
  if (due() != 0) {
    if (!linked()) dispatcher_->ready_.pushBack(*this);
  } else {
    unlink();
  }
}

void Readiness::noteEdge(uint8_t bits) {
  bits_ |= bits;
  if (due() != 0 && !linked()) dispatcher_->ready_.pushBack(*this);
}

void Dispatcher::runIteration(TimePoint now) {
  now_ = now;
  // What may run in step 4 is settled before the first callback: what step 3 schedules or arms waits for another poll.
  const uint64_t timerLimit = timers_.nextNumber();
  IntrusiveList<Task> nextTasks;
  nextTasks.spliceBack(nextTasks_);
  deliverReady();
  nextTasks.drainEach([this](Task& t) { runTask(t); });
  runDueTimers(timerLimit);
  finishIteration();
  cause_ = 0;
}

void Dispatcher::deliverReady() {
  if (ready_.empty()) return;
  IntrusiveList<Readiness> batch;
  batch.spliceBack(ready_);
  while (Readiness* source = batch.front()) {
    if (chooses_ && !source->held_ && batch.next(*source) != nullptr) {
      size_t n = 1;
      for (Readiness* r = batch.next(*source); r != nullptr && n < kMaxOvertakers; r = batch.next(*r)) ++n;
      if (const size_t behind = holdBehind(OrderSite::kReady, source->entity_, n); behind > 0) {
        source->held_ = true;
        Readiness* at = source;
        for (size_t i = 0; i < behind && at != nullptr; ++i) at = batch.next(*at);
        Readiness* after = at == nullptr ? nullptr : batch.next(*at);
        source->unlink();
        if (after == nullptr) {
          batch.pushBack(*source);
        } else {
          batch.insertBefore(*after, *source);
        }
        continue;
      }
    }
    source->unlink();
    source->held_ = false;
    const uint8_t bits = source->due();
    if (bits == 0) continue;
    // Queued for the next iteration before the callback, which may destroy the source or drop its interest: both unlink
    // it. If it stays due, the callback comes again (level by contract).
    ready_.pushBack(*source);
    cause_ = source->entity_;
    source->deliver(bits);
  }
  // Sources whose bits were used up meanwhile need no further iteration.
  batch.spliceBack(ready_);
  while (Readiness* source = batch.popFront()) {
    if (source->due() != 0) ready_.pushBack(*source);
  }
}

void Dispatcher::runDueTimers(uint64_t limit) {
  if (chooses_) {
    runTimerTies(limit);
    return;
  }
  while (TimerQueue::Entry* entry = timers_.popDue(now_, limit)) fire(static_cast<Timer&>(*entry));
}

// As above, but among timers with one deadline a simulated scheduler may let later ones overtake.
void Dispatcher::runTimerTies(uint64_t limit) {
  for (;;) {
    ORRERY_ASSERT(ties_.empty(), "timer callbacks do not run iterations");
    timers_.collectTies(now_, limit, ties_);
    if (ties_.size() < 2) {
      ties_.clear();
      TimerQueue::Entry* entry = timers_.popDue(now_, limit);
      if (entry == nullptr) return;
      fire(static_cast<Timer&>(*entry));
      continue;
    }
    for (TimerQueue::Entry* e : ties_) static_cast<Timer*>(e)->inTieBatch_ = true;
    for (size_t i = 0; i < ties_.size();) {
      Timer* timer = static_cast<Timer*>(ties_[i]);
      if (timer != nullptr && !timer->held_ && i + 1 < ties_.size()) {
        const size_t n = std::min(ties_.size() - i, kMaxOvertakers);
        if (const size_t behind = holdBehind(OrderSite::kTimerTie, timer->entity_, n); behind > 0) {
          timer->held_ = true;
          std::rotate(ties_.begin() + static_cast<ptrdiff_t>(i), ties_.begin() + static_cast<ptrdiff_t>(i) + 1,
                      ties_.begin() + static_cast<ptrdiff_t>(i + behind) + 1);
          continue;
        }
      }
      ++i;
      if (timer == nullptr) continue;  // destroyed by an earlier one
      timer->inTieBatch_ = false;
      timer->held_ = false;
      ties_[i - 1] = nullptr;
      if (!timer->armed() || timer->deadline() > now_ || timer->armingNumber() >= limit) continue;
      timers_.disarm(*timer);
      fire(*timer);
    }
    ties_.clear();
  }
}

void Dispatcher::fire(Timer& timer) {
  cause_ = timer.entity_;
  if (chooses_) onTimerFired(timer.kind_, timer.entity_);
  timer.callback_();
}

void Dispatcher::finishIteration() {
  for (;;) {
    takePosts(posts_);
    if (!posts_.empty()) {
      std::vector<PostFn> batch;
      batch.swap(posts_);
      for (PostFn& fn : batch) {
        fn();
        fn = nullptr;  // what it captured dies before the next one runs
      }
      if (posts_.empty()) {  // keep the capacity
        batch.clear();
        posts_.swap(batch);
      }
      continue;
    }
    if (!tasks_.empty()) {
      tasks_.drainEach([this](Task& t) { runTask(t); });
      continue;
    }
    if (!flushes_.empty()) {
      flushes_.drainEach([this](Task& t) { runTask(t); });
      continue;
    }
    if (deferred_.empty()) return;
    destroyTurn();
  }
}

// In order of hand-over; deletions made meanwhile wait for the next turn.
void Dispatcher::destroyTurn() {
  dying_.swap(deferred_);
  for (auto& object : dying_) object.reset();
  dying_.clear();
}

void Dispatcher::destroyDeferred() {
  while (!deferred_.empty()) destroyTurn();
}

void Dispatcher::forgetTimer(Timer& timer) {
  timers_.forget(timer);
  if (timer.inTieBatch_) std::replace(ties_.begin(), ties_.end(), static_cast<TimerQueue::Entry*>(&timer), {});
}

}  // namespace orrery::io
