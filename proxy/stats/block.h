#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "proxy/base/counter.h"
#include "proxy/stats/histogram.h"
#include "proxy/stats/layout.h"
#include "proxy/stats/named_counters.h"

namespace orrery::stats {

// The statistics of one worker: one array of cells, changed by that worker with plain adds, read by any thread. A gauge
// may be raised on one worker and lowered on another: only the sum over all blocks means something, and no decision ever
// reads it.
class Block {
 public:
  explicit Block(const Layout& layout);
  void add(CounterId id, uint64_t n = 1) { cells_[id.index].add(n); }
  void increment(GaugeId id, uint64_t n = 1) { cells_[id.index].add(n); }
  void decrement(GaugeId id, uint64_t n = 1) { cells_[id.index].sub(n); }
  void set(GaugeId id, uint64_t n) { cells_[id.index].set(n); }
  // One whose name only traffic tells.
  void addNamed(std::string_view name, uint64_t n = 1) { named_.add(name, n); }
  void record(HistogramId id, uint64_t value) { histograms_[id.index].record(value); }

  // Counters to zero; gauges and histograms stay, as Envoy's /reset_counters.
  void resetCounters();

  uint64_t value(CounterId id) const { return cells_[id.index].value(); }
  uint64_t value(GaugeId id) const { return cells_[id.index].value(); }
  uint64_t cell(uint32_t index) const { return cells_[index].value(); }
  const Histogram& histogram(uint32_t index) const { return histograms_[index]; }
  const NamedCounters& named() const { return named_; }
  const Layout& layout() const { return layout_; }

 private:
  const Layout& layout_;
  std::unique_ptr<Counter[]> cells_;
  std::unique_ptr<Histogram[]> histograms_;
  NamedCounters named_;
};

}  // namespace orrery::stats
