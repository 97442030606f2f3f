#pragma once

#include <functional>
#include <memory>
#include <span>

#include "proxy/io/environment.h"

namespace orrery::io_asio {

// The real world: owns one of everything that io::Environment names.
//
// Lifetime: outlives all that was made through it; threads are joined before. Threading: made, used and destroyed by the
// thread that runs the main dispatcher.
class RealEnvironment {
 public:
  virtual ~RealEnvironment() = default;
  virtual io::Environment& io() = 0;
  // Calls back on the main dispatcher, as a post, for each of these signals that arrives. They are not undone.
  virtual void watchSignals(std::span<const int> signals, std::move_only_function<void(int)> onSignal) = 0;
  // One iteration of the main dispatcher that waits at most until `atMost`, for harnesses; true if exit() was called.
  virtual bool step(TimePoint atMost) = 0;
};

// Makes the main dispatcher of the calling thread.
std::unique_ptr<RealEnvironment> newRealEnvironment();

}  // namespace orrery::io_asio
