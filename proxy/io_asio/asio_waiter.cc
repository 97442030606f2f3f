#include <sys/epoll.h>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <list>
#include <utility>

#include "proxy/base/assert.h"
#include "proxy/io_asio/waiter.h"

namespace orrery::io_asio {

namespace {

class AsioWaiter final : public SignalWaiter {
 public:
  AsioWaiter(int epollFd, const Clock& clock) : epollFd_(epollFd), clock_(clock), set_(context_, epollFd) {}
  ~AsioWaiter() override { set_.release(); }  // the dispatcher owns it

  size_t wait(std::span<epoll_event> out, std::optional<TimePoint> until) override {
    // Signals are seen also when the sockets keep us busy; what their handlers post is work, so there is no waiting then.
    if (context_.poll() > 0) until.reset();
    watchSet();
    if (size_t n = drain(out); n > 0 || !until) return n;
    armTimer(*until);
    // Any handler ends the wait: the set, the timer or a signal. An event that came between drain() and here makes the
    // set readable, for which a wait is pending.
    context_.run_one();
    context_.poll();
    return drain(out);
  }

  void watchSignals(std::span<const int> signals, std::move_only_function<void(int)> onSignal) override {
    Signals& s = signals_.emplace_back(context_, std::move(onSignal));
    for (const int signal : signals) s.set.add(signal);
    next(s);
  }

 private:
  struct Signals {
    Signals(asio::io_context& context, std::move_only_function<void(int)> f) : set(context), onSignal(std::move(f)) {}
    asio::signal_set set;
    std::move_only_function<void(int)> onSignal;
  };

  size_t drain(std::span<epoll_event> out) {
    const int n = ::epoll_wait(epollFd_, out.data(), static_cast<int>(out.size()), 0);
    ORRERY_ASSERT(n >= 0 || errno == EINTR, "waiting for an epoll set fails only by misuse");
    return n > 0 ? static_cast<size_t>(n) : 0;
  }

  void watchSet() {
    if (std::exchange(watching_, true)) return;
    set_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const asio::error_code& error) {
      if (!error) watching_ = false;
    });
  }

  void armTimer(TimePoint until) {
    if (until == armedFor_) return;
    armedFor_ = until;
    if (until == TimePoint::max()) {
      timer_.cancel();
      return;
    }
    const std::chrono::nanoseconds at(clock_.monotonicAt(until));  // steady_clock is CLOCK_MONOTONIC in libstdc++
    timer_.expires_at(std::chrono::steady_clock::time_point(at));
    timer_.async_wait([this](const asio::error_code& error) {
      if (!error) armedFor_ = TimePoint::max();
    });
  }

  void next(Signals& s) {
    s.set.async_wait([this, &s](const asio::error_code& error, int signal) {
      if (error) return;
      s.onSignal(signal);
      next(s);
    });
  }

  const int epollFd_;
  const Clock& clock_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> neverDone_{context_.get_executor()};
  asio::posix::stream_descriptor set_;
  asio::steady_timer timer_{context_};
  std::list<Signals> signals_;
  TimePoint armedFor_ = TimePoint::max();
  bool watching_ = false;
};

}  // namespace

std::unique_ptr<SignalWaiter> newAsioWaiter(int epollFd, const Clock& clock) {
  return std::make_unique<AsioWaiter>(epollFd, clock);
}

}  // namespace orrery::io_asio
