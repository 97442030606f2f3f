#pragma once

#include <optional>

#include "proxy/io/dispatcher.h"
#include "proxy/io/timer.h"

namespace orrery::http {

// The timers of a stream. They belong to the connection manager, which lends them to one stream after another: a timer
// that is re-armed by the next request stays filed and costs nothing, one that is not configured is never made.
// Lifetime: the connection manager's. Threading: the worker's.
class StreamTimers {
 public:
  class Delegate {
   public:
    virtual void onStreamIdle() = 0;
    virtual void onRequestTimeout() = 0;
    virtual void onRequestHeadersTimeout() = 0;
    virtual void onMaxStreamDuration() = 0;
    virtual void onLogInterval() = 0;

   protected:
    ~Delegate() = default;
  };

  enum class Which : uint8_t { kIdle, kRequest, kRequestHeaders, kMaxDuration, kLog };

  explicit StreamTimers(io::Dispatcher& dispatcher) : dispatcher_(dispatcher) {}
  StreamTimers(const StreamTimers&) = delete;
  StreamTimers& operator=(const StreamTimers&) = delete;

  void lend(Delegate& to) { delegate_ = &to; }
  void takeBack() {
    disarmAll();
    delegate_ = nullptr;
  }
  void disarmAll() {
    for (std::optional<io::Timer>& timer : timers_) {
      if (timer && timer->armed()) timer->disarm();
    }
  }

  void arm(Which which, Duration after) {
    std::optional<io::Timer>& t = timers_[static_cast<size_t>(which)];
    if (!t) make(which);
    t->arm(after);
  }
  void disarm(Which which) {
    std::optional<io::Timer>& t = timers_[static_cast<size_t>(which)];
    if (t && t->armed()) t->disarm();
  }

 private:
  void make(Which which) {
    using D = ::orrery::Delegate<void()>;
    std::optional<io::Timer>& t = timers_[static_cast<size_t>(which)];
    switch (which) {
      case Which::kIdle: t.emplace(dispatcher_, io::TimerKind::kStreamIdle, D::to<&StreamTimers::idle>(this)); break;
      case Which::kRequest: t.emplace(dispatcher_, io::TimerKind::kRequest, D::to<&StreamTimers::request>(this)); break;
      case Which::kRequestHeaders:
        t.emplace(dispatcher_, io::TimerKind::kRequestHeaders, D::to<&StreamTimers::requestHeaders>(this));
        break;
      case Which::kMaxDuration:
        t.emplace(dispatcher_, io::TimerKind::kMaxStreamDuration, D::to<&StreamTimers::maxDuration>(this));
        break;
      case Which::kLog: t.emplace(dispatcher_, io::TimerKind::kAccessLog, D::to<&StreamTimers::log>(this)); break;
    }
  }
  void idle() { delegate_->onStreamIdle(); }
  void request() { delegate_->onRequestTimeout(); }
  void requestHeaders() { delegate_->onRequestHeadersTimeout(); }
  void log() { delegate_->onLogInterval(); }
  void maxDuration() { delegate_->onMaxStreamDuration(); }

  io::Dispatcher& dispatcher_;
  Delegate* delegate_ = nullptr;
  std::optional<io::Timer> timers_[5];
};

}  // namespace orrery::http
