#pragma once

#include <sys/epoll.h>

#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "proxy/base/time.h"
#include "proxy/io_asio/clock.h"

namespace orrery::io_asio {

// How a dispatcher waits for its epoll set. Threading: the dispatcher's thread.
class Waiter {
 public:
  virtual ~Waiter() = default;
  // Waits until the set has events or `until` has come (nullopt: do not wait; TimePoint::max(): for ever), and gives the
  // number of events. Fewer than `out` holds means that the set is drained. May come back early with none.
  virtual size_t wait(std::span<epoll_event> out, std::optional<TimePoint> until) = 0;
};

// Blocks in the set itself, with nanosecond deadlines. For workers: the fewest system calls.
std::unique_ptr<Waiter> newDirectWaiter(int epollFd, const Clock& clock);

// An Asio io_context that watches the set as one descriptor beside one timer and signals. For the main dispatcher.
class SignalWaiter : public Waiter {
 public:
  // onSignal is called inside wait(), once for each signal that arrived (equal ones may be merged by the kernel).
  virtual void watchSignals(std::span<const int> signals, std::move_only_function<void(int)> onSignal) = 0;
};
std::unique_ptr<SignalWaiter> newAsioWaiter(int epollFd, const Clock& clock);

}  // namespace orrery::io_asio
