#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/stats/block.h"
#include "proxy/stats/histogram.h"
#include "proxy/stats/layout.h"

// Statistics for people and for Prometheus, byte for byte as Envoy 1.40 writes them (checked against it).
namespace orrery::stats {

// One statistic summed over all blocks. The name lives as long as the layout and the blocks.
struct Total {
  std::string_view name;
  Kind kind = Kind::kCounter;
  uint64_t value = 0;     // counters and gauges
  std::vector<Bin> bins;  // histograms: in order of value

  // For ?usedonly. Envoy also counts a gauge that went back to zero as used; that is not remembered here.
  bool used() const { return kind == Kind::kHistogram ? !bins.empty() : value != 0; }
};

// All statistics in order of name. Threading: any; each cell is read whole, not all of them at one instant.
std::vector<Total> sumBlocks(const Layout& layout, std::span<const Block* const> blocks);

// What the texts say of a histogram.
struct HistogramSummary {
  static constexpr std::array<double, 10> kQuantiles{0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 1};
  std::array<double, kQuantiles.size()> quantiles{};
  uint64_t count = 0;
  double sum = 0;
};
HistogramSummary summarise(std::span<const Bin> bins);
// How many values Prometheus's bucket with this upper limit holds: whole bins that start at the limit or below.
uint64_t countUpTo(std::span<const Bin> bins, double limit);

// A statistic's name without what became labels ("cluster.upstream_rq_xx"), and the labels in Envoy's order.
struct Series {
  struct Label {
    std::string_view name;  // "envoy_cluster_name"
    std::string value;
  };
  std::string name;
  std::vector<Label> labels;
};
Series seriesOf(std::string_view statName);

// /stats: "name: value" lines, counters and gauges first, then histograms.
std::string writeText(std::span<const Total> totals);
// /stats/prometheus: counters, gauges, histograms; in each the metrics in order of their name.
std::string writePrometheus(std::span<const Total> totals);

}  // namespace orrery::stats
