#pragma once

#include <cstdint>

#include "proxy/base/counter.h"

namespace orrery::stats {

// One bin of a log-linear histogram: values whose first two decimal digits are `mantissa` (10..99) in decade `exponent`
// (mantissa 15, exponent 1: 15; exponent 2: 150..159; exponent 0: 1.5). The zero bin has mantissa 0.
struct Bin {
  uint32_t mantissa = 0;
  int32_t exponent = 0;
  uint64_t count = 0;
};

// The bin of a whole number, as circllhist: 90 bins a decade.
Bin binOf(uint64_t value);

// Counts of recorded values in log-linear bins: 90 a decade, the layout of Envoy's histograms, so that quantiles come out
// equal. A decade takes memory when its first value is recorded.
//
// Threading: one thread records, any may read (readers see each bin whole, not one instant of all). Units: whatever the name
// says (milliseconds for *_ms and *_time). Bounds: at most 20 decades of 720 bytes.
class Histogram {
 public:
  Histogram() = default;
  ~Histogram();
  Histogram(const Histogram&) = delete;
  Histogram& operator=(const Histogram&) = delete;

  void record(uint64_t value) {
    if (value == 0) return zero_.add();
    uint32_t decade;
    uint32_t mantissa;
    if (value < 10) {
      decade = 0;
      mantissa = static_cast<uint32_t>(value) * 10;
    } else if (value < 100) {
      decade = 1;
      mantissa = static_cast<uint32_t>(value);
    } else {
      split(value, decade, mantissa);
    }
    Decade* d = decades_[decade].load(std::memory_order_relaxed);
    if (d == nullptr) [[unlikely]]
      d = grow(decade);
    d->bins[mantissa - 10].add();
  }

  // Calls f(Bin) for each bin that holds something, smallest value first.
  template <class F>
  void forEachBin(F&& f) const {
    if (zero_.value() > 0) f(Bin{0, 0, zero_.value()});
    for (uint32_t d = 0; d < kDecades; ++d) {
      const Decade* decade = decades_[d].load(std::memory_order_acquire);
      if (decade == nullptr) continue;
      for (uint32_t i = 0; i < 90; ++i) {
        if (const uint64_t n = decade->bins[i].value(); n > 0) f(Bin{i + 10, static_cast<int32_t>(d), n});
      }
    }
  }

  static constexpr uint32_t kDecades = 20;  // 1.0 .. 9.9e19: all of uint64_t
  static void split(uint64_t value, uint32_t& decade, uint32_t& mantissa);

 private:
  struct Decade {
    Counter bins[90];
  };
  Decade* grow(uint32_t decade);

  Counter zero_;
  std::atomic<Decade*> decades_[kDecades] = {};
};

}  // namespace orrery::stats
