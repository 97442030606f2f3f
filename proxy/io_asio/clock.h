#pragma once

#include <cstdint>

#include "proxy/base/time.h"

namespace orrery::io_asio {

// CLOCK_MONOTONIC since the environment was made, shared by its dispatchers so that their instants can be compared.
class Clock {
 public:
  Clock() : epoch_(monotonicNanoseconds()) {}
  TimePoint now() const { return TimePoint::fromNanoseconds(monotonicNanoseconds() - epoch_); }
  static WallTime wallNow();
  // What CLOCK_MONOTONIC (std::chrono::steady_clock) shows at `t`.
  int64_t monotonicAt(TimePoint t) const { return epoch_ + t.inNanoseconds(); }

 private:
  static int64_t monotonicNanoseconds();
  int64_t epoch_;
};

}  // namespace orrery::io_asio
