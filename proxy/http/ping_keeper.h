#pragma once

#include <cstdint>
#include <optional>

#include "proxy/base/delegate.h"
#include "proxy/http/keepalive.h"
#include "proxy/io/random.h"
#include "proxy/io/timer.h"

namespace orrery::http {

// Asks the other end of an HTTP/2 connection whether it lives, and gives it up when it does not say (RFC 9113 section 6.7;
// Envoy's connection_keepalive). Either side of a connection.
//
// Lifetime: inside what owns the connection; what it is given outlives it. Threading: the worker's. Re-entry: `dead` may
// destroy nothing but by deferDelete.
class PingKeeper {
 public:
  // `ping(data)` sends one; `dead()` ends the connection.
  PingKeeper(io::Dispatcher& dispatcher, io::Random& random, const Keepalive& options, Delegate<void(uint64_t)> ping,
             Delegate<void()> dead);

  // The connection is open. Without an interval it asks only when it is told to.
  void start();
  // Asks now if nothing has been heard for longer than connection_idle_interval.
  void askIfLongSilent();
  void onFrame();
  void onAnswer(uint64_t data);
  void stop();

 private:
  void ask();
  void onDead() { dead_(); }
  void armNext();

  io::Dispatcher& dispatcher_;
  io::Random& random_;
  const Keepalive& options_;
  const Delegate<void(uint64_t)> ping_;
  const Delegate<void()> dead_;
  std::optional<io::Timer> next_;
  std::optional<io::Timer> answer_;
  TimePoint lastFrame_;
  uint64_t asked_ = 0;
};

}  // namespace orrery::http
