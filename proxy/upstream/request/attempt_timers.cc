#include "proxy/upstream/request/attempt_timers.h"

namespace orrery::upstream {

using Fire = Delegate<void()>;

void AttemptTimers::startMaxDuration(Duration most) {
  if (most.isZero()) return;
  maxDuration_.emplace(dispatcher_, io::TimerKind::kMaxStreamDuration, Fire::to<&AttemptTimers::onMost>(this));
  maxDuration_->arm(most);
}

void AttemptTimers::start(const Timeouts& timeouts) {
  if (!timeouts.perTry.isZero()) {
    perTry_.emplace(dispatcher_, io::TimerKind::kPerTry, Fire::to<&AttemptTimers::onPerTry>(this));
    perTry_->arm(timeouts.perTry);
  }
  if (timeouts.perTryIdle.isZero()) return;
  idle_ = timeouts.perTryIdle;
  perTryIdle_.emplace(dispatcher_, io::TimerKind::kPerTryIdle, Fire::to<&AttemptTimers::onIdle>(this));
  restartIdle();
}

void AttemptTimers::restartIdle() {
  if (perTryIdle_) perTryIdle_->arm(idle_);
}

void AttemptTimers::stop() {
  perTry_.reset();
  perTryIdle_.reset();
}

void AttemptTimers::drop() {
  stop();
  maxDuration_.reset();
}

void AttemptTimers::onPerTry() {
  perTryIdle_.reset();
  owner_.onPerTryTimeout(false);
}

void AttemptTimers::onIdle() {
  if (perTry_) perTry_->disarm();
  owner_.onPerTryTimeout(true);
}

}  // namespace orrery::upstream
