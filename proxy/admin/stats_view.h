#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/admin/admin_host.h"
#include "proxy/base/status.h"
#include "proxy/stats/histogram.h"

namespace orrery::admin {

// One statistic summed over all blocks.
struct StatRow {
  std::string_view name;
  stats::Kind kind;
  uint64_t value = 0;            // counters and gauges
  std::vector<stats::Bin> bins;  // histograms: in order of value
};

struct StatSelection {
  bool usedOnly = false;
  std::string filter;  // regular expression to be found in the name; empty: all
  std::string type;    // "Counters", "Gauges", "Histograms"; empty: all
};

// The chosen statistics in order of name. Those that Envoy makes on first use (response codes) are left out while zero.
// Errors: the expression's.
Result<std::vector<StatRow>> selectStats(AdminHost& host, const StatSelection& selection);

// What /stats says of a histogram. Quantiles as circllhist estimates them: linear inside a bin.
struct HistogramSummary {
  static constexpr std::array<double, 10> kQuantiles{0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 1};
  std::array<double, kQuantiles.size()> values{};
  uint64_t count = 0;
  double sum = 0;
};
HistogramSummary summarise(const std::vector<stats::Bin>& bins);
// How many recorded (whole) values are at most `limit`.
uint64_t countUpTo(const std::vector<stats::Bin>& bins, double limit);

std::string statsText(const std::vector<StatRow>& rows);
std::string statsJson(const std::vector<StatRow>& rows);
// The exposition format of Prometheus, names and labels as Envoy takes them out of the statistics' names.
std::string statsPrometheus(const std::vector<StatRow>& rows);

}  // namespace orrery::admin
