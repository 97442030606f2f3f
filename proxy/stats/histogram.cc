#include "proxy/stats/histogram.h"

#include <bit>

namespace orrery::stats {

namespace {
constexpr uint64_t kPowers[Histogram::kDecades] = {1ULL,
                                                   10ULL,
                                                   100ULL,
                                                   1000ULL,
                                                   10000ULL,
                                                   100000ULL,
                                                   1000000ULL,
                                                   10000000ULL,
                                                   100000000ULL,
                                                   1000000000ULL,
                                                   10000000000ULL,
                                                   100000000000ULL,
                                                   1000000000000ULL,
                                                   10000000000000ULL,
                                                   100000000000000ULL,
                                                   1000000000000000ULL,
                                                   10000000000000000ULL,
                                                   100000000000000000ULL,
                                                   1000000000000000000ULL,
                                                   10000000000000000000ULL};
}  // namespace

void Histogram::split(uint64_t value, uint32_t& decade, uint32_t& mantissa) {
  // bits * log10(2), a little too small or right; corrected by one comparison.
  auto d = static_cast<uint32_t>(std::bit_width(value) * 1233) >> 12;
  if (d >= kDecades || value < kPowers[d]) --d;
  decade = d;
  mantissa = static_cast<uint32_t>(value / kPowers[d - 1]);
}

Bin binOf(uint64_t value) {
  if (value == 0) return {};
  if (value < 10) return {static_cast<uint32_t>(value) * 10, 0, 0};
  uint32_t decade = 0;
  uint32_t mantissa = 0;
  Histogram::split(value, decade, mantissa);
  return {mantissa, static_cast<int32_t>(decade), 0};
}

Histogram::Decade* Histogram::grow(uint32_t decade) {
  auto* fresh = new Decade;
  decades_[decade].store(fresh, std::memory_order_release);
  return fresh;
}

Histogram::~Histogram() {
  for (auto& d : decades_) delete d.load(std::memory_order_relaxed);
}

}  // namespace orrery::stats
