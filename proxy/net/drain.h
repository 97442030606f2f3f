#pragma once

#include <cstdint>
#include <optional>

#include "proxy/base/time.h"
#include "proxy/io/random.h"

namespace orrery::net {

// Whether responses ask clients to go: always after /healthcheck/fail; while listeners drain gracefully (--drain-strategy)
// either always, or gradually, so that clients do not all come again at once: with a probability of the share of the drain
// time that has gone by, in whole seconds, and always when it is over, as in Envoy.
class Drain {
 public:
  struct Listeners {
    TimePoint deadline;
    Duration time;
    bool gradual = true;
  };
  void failHealthCheck(bool fail) { healthCheckFailed_ = fail; }
  // Until the process ends.
  void begin(const Listeners& listeners) {
    if (!listeners_) listeners_ = listeners;
  }

  // One draw each time that it is not certain.
  bool closes(TimePoint now, io::Random& random) const {
    if (healthCheckFailed_) return true;
    if (!listeners_) return false;
    if (!listeners_->gradual || now >= listeners_->deadline) return true;
    const int64_t whole = listeners_->time.inSeconds();
    const int64_t elapsed = whole - (listeners_->deadline - now).inSeconds();
    return whole <= 0 || random.ratio(static_cast<uint64_t>(elapsed), static_cast<uint64_t>(whole));
  }

 private:
  bool healthCheckFailed_ = false;
  std::optional<Listeners> listeners_;
};

}  // namespace orrery::net
