#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace orrery::stats {

enum class Kind : uint8_t { kCounter, kGauge, kHistogram };

// Dense ids of statistics: an index into every Block made from the layout. A default-made id goes to a cell nobody reads.
struct CounterId {
  uint32_t index = 0;
};
struct GaugeId {
  uint32_t index = 0;
};
struct HistogramId {
  uint32_t index = 0;
};

struct StatName {
  std::string name;  // full Envoy name: "http.ingress_http.downstream_rq_total"
  Kind kind;
  uint32_t index;  // among its kind's cells (gauges share the counters' array)
};

// All statistics of one configuration, by name and dense index. Made once when the configuration is compiled, const
// afterwards; asking twice for one name gives the same id.
class Layout {
 public:
  Layout();
  CounterId counter(std::string_view name);
  GaugeId gauge(std::string_view name);
  HistogramId histogram(std::string_view name);

  const std::vector<StatName>& names() const { return names_; }  // in order of creation
  uint32_t cellCount() const { return cells_; }
  uint32_t histogramCount() const { return histograms_; }
  const StatName* find(std::string_view name) const;

 private:
  uint32_t intern(std::string_view name, Kind kind);
  std::vector<StatName> names_;
  std::unordered_map<std::string, size_t> byName_;
  uint32_t cells_ = 1;  // cell 0 is the one nobody reads
  uint32_t histograms_ = 1;
};

}  // namespace orrery::stats
