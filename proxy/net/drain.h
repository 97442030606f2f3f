#pragma once

#include <cstdint>
#include <optional>

#include "proxy/base/time.h"
#include "proxy/io/random.h"

namespace orrery::net {

// Whether responses ask clients to go: always after /healthcheck/fail; while listeners drain gracefully (--drain-strategy)
// either always, or gradually, so that clients do not all come again at once: the more often the more whole seconds have gone
// by, and always when half of the drain time has (measured at Envoy 1.40, with one listener and with four).
class Drain {
 public:
  struct Listeners {
    TimePoint begun;
    Duration time;  // in whole seconds
    bool gradual = true;
  };
  void failHealthCheck(bool fail) { healthCheckFailed_ = fail; }
  // What the health_check filter answers by.
  bool healthCheckFailed() const { return healthCheckFailed_; }
  // Until the process ends.
  void begin(const Listeners& listeners) {
    if (!listeners_) listeners_ = listeners;
  }

  // One draw each time that it is not certain.
  bool closes(TimePoint now, io::Random& random) const {
    if (healthCheckFailed_) return true;
    if (!listeners_) return false;
    const int64_t half = (listeners_->time.inSeconds() + 1) / 2;
    if (!listeners_->gradual || half == 0) return true;
    const int64_t elapsed = (now - listeners_->begun).inSeconds();
    return random.ratio(static_cast<uint64_t>(elapsed), static_cast<uint64_t>(half));
  }

 private:
  bool healthCheckFailed_ = false;
  std::optional<Listeners> listeners_;
};

}  // namespace orrery::net
