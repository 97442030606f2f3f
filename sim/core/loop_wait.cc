#include "sim/core/loop_wait.h"

#include <algorithm>

namespace orrery::sim {

namespace {
constexpr uint32_t kAnswers = 6;
constexpr Duration kLateBy[] = {Duration::microseconds(10), Duration::milliseconds(1), Duration::milliseconds(20)};
constexpr Duration kLongest = Duration::milliseconds(20);
constexpr Duration kIteration = Duration::nanoseconds(1);
}  // namespace

bool LoopWait::wait(TimePoint deadline) {
  const SimulatorCode scope;
  if (ready_ || deadline <= run_.now()) return pass();
  thread_ = run_.scheduler().current();
  deadline_ = deadline;
  setLate(Late::kNo);
  waiting_ = true;
  fileEvent();
  const bool goOn = run_.scheduler().block();
  waiting_ = false;
  return goOn && pass();
}

bool LoopWait::pass() {
  const SimulatorCode scope;
  if (paused_ && !sitOut()) [[unlikely]]
    return false;
  if (run_.now() <= iterationAt_ && !run_.scheduler().sleepUntil(iterationAt_ + kIteration)) return false;
  ready_ = false;  // the iteration that begins now sees it
  iterationAt_ = run_.now();
  return true;
}

bool LoopWait::sitOut() {
  thread_ = run_.scheduler().current();
  sittingOut_ = true;
  bool goOn = true;
  while (paused_ && goOn) goOn = run_.scheduler().block();
  sittingOut_ = false;
  return goOn;
}

void LoopWait::resume() {
  paused_ = false;
  if (sittingOut_) {
    run_.scheduler().wake(*thread_);
  } else if (waiting_ && missed_) {
    // Its lateness, if it had begun, was spent standing still.
    run_.queue().cancel(event_);
    setLate(Late::kNo);
    fileEvent();
    onReady();
  }
  missed_ = false;
}

void LoopWait::setLate(Late late) {
  if (HappensBefore* order = run_.trace().order(); order != nullptr && (late == Late::kNo) != (late_ == Late::kNo)) {
    order->loopLate(late != Late::kNo);
  }
  late_ = late;
}

void LoopWait::onReady() {
  if (paused_) [[unlikely]] {
    missed_ = true;
    return;
  }
  readyAt_ = run_.now();
  if (late_ == Late::kUntilTime) return;
  if (late_ == Late::kUntilInstants) {
    if (--instantsLeft_ == 0) wake();
    return;
  }
  const uint32_t v = run_.chooser().choose(thread_->entity(), Site::kLateness, kAnswers);
  if (v == 0) {
    wake();
  } else if (v <= 2) {
    setLate(Late::kUntilInstants);
    instantsLeft_ = v;
    lateUntil_ = readyAt_ + kLongest;
    fileEvent();
  } else {
    setLate(Late::kUntilTime);
    lateUntil_ = readyAt_ + kLateBy[v - 3];
    fileEvent();
  }
}

// The event stands for the loop's next deadline and, while it is late, for the end of its lateness. It may be filed too
// early (deadlines are mostly pushed back); then it is filed again.
void LoopWait::fileEvent() {
  TimePoint next = deadline_;
  if (late_ != Late::kNo) {
    next = lateUntil_;
    if (late_ == Late::kUntilInstants && deadline_ > readyAt_) next = std::min(next, deadline_);
    run_.queue().file(event_, next.inNanoseconds(), true);
  } else if (next != TimePoint::max()) {
    run_.queue().fileBy(event_, next.inNanoseconds(), false);
  }
}

void LoopWait::onEvent() {
  if (paused_) [[unlikely]] {
    missed_ = true;
    return;
  }
  if (!waiting_) return;  // filed before; the loop is awake and files again when it sleeps
  if (late_ != Late::kNo && run_.now() >= lateUntil_) {
    wake();
    return;
  }
  if (deadline_ <= run_.now() && readyAt_ != run_.now()) {
    onReady();
    if (waiting_ && late_ == Late::kUntilInstants && !event_.filed()) fileEvent();
    return;
  }
  if (late_ != Late::kUntilTime || !event_.filed()) fileEvent();
}

void LoopWait::wake() {
  if (late_ != Late::kNo) {
    // The event was work while the loop was late.
    run_.queue().cancel(event_);
    setLate(Late::kNo);
  }
  waiting_ = false;
  run_.scheduler().wake(*thread_);
}

}  // namespace orrery::sim
