#include "proxy/http/ping_keeper.h"

#include "proxy/http/jitter.h"
#include "proxy/io/dispatcher.h"

namespace orrery::http {

PingKeeper::PingKeeper(io::Dispatcher& dispatcher, io::Random& random, const Keepalive& options,
                       Delegate<void(uint64_t)> ping, Delegate<void()> dead)
    : dispatcher_(dispatcher), random_(random), options_(options), ping_(ping), dead_(dead) {}

void PingKeeper::start() {
  lastFrame_ = dispatcher_.now();
  if (options_.timeout.isZero()) return;
  answer_.emplace(dispatcher_, io::TimerKind::kHttp2KeepaliveTimeout, Delegate<void()>::to<&PingKeeper::onDead>(this));
  if (options_.interval.isZero()) return;
  next_.emplace(dispatcher_, io::TimerKind::kHttp2Keepalive, Delegate<void()>::to<&PingKeeper::ask>(this));
  armNext();
}

void PingKeeper::armNext() { next_->arm(jittered(options_.interval, options_.jitterPpm, random_)); }

void PingKeeper::ask() {
  ping_(++asked_);
  if (answer_) answer_->arm(options_.timeout);
}

void PingKeeper::askIfLongSilent() {
  if (!options_.idleInterval.isZero() && dispatcher_.now() - lastFrame_ > options_.idleInterval) ask();
}

// Whatever the peer sends proves that it lives: the time begins again (Envoy #21077).
void PingKeeper::onFrame() {
  lastFrame_ = dispatcher_.now();
  if (answer_ && answer_->armed()) answer_->arm(options_.timeout);
}

void PingKeeper::onAnswer(uint64_t data) {
  if (!answer_ || data != asked_ || !answer_->armed()) return;
  answer_->disarm();
  if (next_) armNext();
}

void PingKeeper::stop() {
  next_.reset();
  answer_.reset();
}

}  // namespace orrery::http
