#pragma once

#include <cstdint>
#include <functional>

#include "proxy/io/dispatcher.h"
#include "proxy/io/random.h"
#include "proxy/io/timer.h"
#include "sim/scenario/step.h"

namespace orrery::sim {

// When the requests of an open loop come: the first at once, each next one a gap after the one before, whatever became of
// that. A gap is always the same, or drawn (exponentially around it), so that arrivals are those of many independent
// clients.
//
// Lifetime: as its load's; dispatcher and random outlive it. Threading: the dispatcher's. Re-entry: may be stopped from
// onArrival.
class Arrivals {
 public:
  // `random`: where gaps are drawn; null where none is.
  Arrivals(io::Dispatcher& dispatcher, io::Random* random, const LoadStep& step, std::function<void()> onArrival);

  void start();
  void stop() { timer_.disarm(); }
  uint64_t arrived() const { return arrived_; }

 private:
  void onTimer();
  Duration gap();

  io::Random* random_;
  const LoadStep& step_;
  std::function<void()> onArrival_;
  io::Timer timer_;
  uint64_t arrived_ = 0;
};

}  // namespace orrery::sim
