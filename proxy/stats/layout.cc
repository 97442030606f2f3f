#include "proxy/stats/layout.h"

#include "proxy/base/assert.h"

namespace orrery::stats {

Layout::Layout() = default;

CounterId Layout::counter(std::string_view name) { return {intern(name, Kind::kCounter)}; }
GaugeId Layout::gauge(std::string_view name) { return {intern(name, Kind::kGauge)}; }
HistogramId Layout::histogram(std::string_view name) { return {intern(name, Kind::kHistogram)}; }

const StatName* Layout::find(std::string_view name) const {
  const auto it = byName_.find(std::string(name));
  return it == byName_.end() ? nullptr : &names_[it->second];
}

uint32_t Layout::intern(std::string_view name, Kind kind) {
  const auto [it, fresh] = byName_.try_emplace(std::string(name), names_.size());
  if (!fresh) {
    const StatName& known = names_[it->second];
    ORRERY_ASSERT(known.kind == kind, "one name is one kind of statistic");
    return known.index;
  }
  const uint32_t index = kind == Kind::kHistogram ? histograms_++ : cells_++;
  names_.push_back({std::string(name), kind, index});
  return index;
}

}  // namespace orrery::stats
