#pragma once

#include <array>
#include <cstdint>

#include "proxy/base/deciding_atomic.h"
#include "proxy/base/time.h"

namespace orrery::upstream {

// How many requests were begun in the last `interval`, over all workers: what a retry budget with budget_interval is a share
// of. As in Envoy the interval moves in ten steps, so that a request counts for nine tenths of it up to the whole of it; an
// interval of less than 10 ms has no steps, and nothing counts.
//
// Threading: any worker. Time: milliseconds; a step is known by the clock, no timer runs. Bounds: a step counts up to 2^32 - 1.
class RequestWindow {
 public:
  explicit RequestWindow(Duration interval) : stepMs_(static_cast<uint64_t>(interval.inMilliseconds()) / kSteps) {}

  void add(TimePoint now) {
    if (stepMs_ == 0) return;
    const uint32_t step = stepAt(now);
    DecidingAtomic<uint64_t>& cell = cells_[step % kSteps];
    uint64_t seen = cell.load();
    for (;;) {
      const auto age = static_cast<int32_t>(step - stepOf(seen));
      if (age < 0 || (age == 0 && countOf(seen) == UINT32_MAX))
        return;  // another worker's clock is a whole interval ahead
      const uint64_t wanted = age == 0 ? seen + 1 : (static_cast<uint64_t>(step) << 32) + 1;
      if (cell.compareExchange(seen, wanted)) return;
    }
  }

  uint64_t count(TimePoint now) const {
    if (stepMs_ == 0) return 0;
    const uint32_t step = stepAt(now);
    uint64_t sum = 0;
    for (const DecidingAtomic<uint64_t>& cell : cells_) {
      const uint64_t seen = cell.load();
      if (step - stepOf(seen) < kSteps) sum += countOf(seen);
    }
    return sum;
  }

 private:
  static constexpr uint32_t kSteps = 10;
  // Steps are told modulo 2^32: a cell that nobody touched while they went round once (49 days of the shortest) may count again.
  uint32_t stepAt(TimePoint now) const {
    return static_cast<uint32_t>(static_cast<uint64_t>(now.inNanoseconds()) / 1'000'000 / stepMs_);
  }
  static uint32_t stepOf(uint64_t cell) { return static_cast<uint32_t>(cell >> 32); }
  static uint32_t countOf(uint64_t cell) { return static_cast<uint32_t>(cell); }

  const uint64_t stepMs_;
  std::array<DecidingAtomic<uint64_t>, kSteps> cells_;  // the step in the upper half, its requests in the lower
};

}  // namespace orrery::upstream
