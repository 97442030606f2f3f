#include "proxy/admin/stats_view.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include <re2/re2.h>

namespace orrery::admin {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// Envoy makes the counters of response codes when the first response has the code.
bool isMadeOnFirstUse(std::string_view name) {
  if (!name.starts_with("cluster.")) return false;
  for (std::string_view group : {".external.", ".internal.", ".retry."}) {
    if (name.find(group) != std::string_view::npos) return true;
  }
  constexpr std::string_view kStem = ".upstream_rq_";
  const size_t at = name.rfind(kStem);
  return at != std::string_view::npos && at + kStem.size() < name.size() && isDigit(name[at + kStem.size()]);
}

bool wanted(stats::Kind kind, std::string_view type) {
  if (type.empty() || type == "All") return true;
  switch (kind) {
    case stats::Kind::kCounter: return type == "Counters";
    case stats::Kind::kGauge: return type == "Gauges";
    case stats::Kind::kHistogram: return type == "Histograms";
  }
  return false;
}

std::vector<stats::Bin> mergedBins(AdminHost& host, uint32_t index) {
  // By exponent, then mantissa: that is by value; the zero bin has both zero.
  std::map<std::pair<int32_t, uint32_t>, uint64_t> sums;
  for (const stats::Block* block : host.statsBlocks()) {
    block->histogram(index).forEachBin([&](const stats::Bin& bin) { sums[{bin.exponent, bin.mantissa}] += bin.count; });
  }
  std::vector<stats::Bin> bins;
  for (const auto& [key, count] : sums) bins.push_back({key.second, key.first, count});
  return bins;
}

double widthOf(const stats::Bin& bin) { return bin.mantissa == 0 ? 0 : std::pow(10.0, bin.exponent - 1); }
double leftOf(const stats::Bin& bin) { return bin.mantissa * widthOf(bin); }

}  // namespace

Result<std::vector<StatRow>> selectStats(AdminHost& host, const StatSelection& selection) {
  std::unique_ptr<RE2> filter;
  if (!selection.filter.empty()) {
    RE2::Options options;
    options.set_log_errors(false);
    filter = std::make_unique<RE2>(selection.filter, options);
    if (!filter->ok()) return makeError("Invalid re2 regex: " + filter->error());
  }
  host.refreshGauges();
  std::vector<StatRow> rows;
  for (const stats::StatName& stat : host.statsLayout().names()) {
    if (!wanted(stat.kind, selection.type)) continue;
    if (filter && !RE2::PartialMatch(stat.name, *filter)) continue;
    StatRow row{stat.name, stat.kind, 0, {}};
    if (stat.kind == stats::Kind::kHistogram) {
      row.bins = mergedBins(host, stat.index);
      if (row.bins.empty() && (selection.usedOnly || isMadeOnFirstUse(stat.name))) continue;
    } else {
      // A gauge may be raised on one worker and lowered on another: cells wrap, the sum is right.
      for (const stats::Block* block : host.statsBlocks()) row.value += block->cell(stat.index);
      if (row.value == 0 && (selection.usedOnly || isMadeOnFirstUse(stat.name))) continue;
    }
    rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end(), [](const StatRow& a, const StatRow& b) { return a.name < b.name; });
  return rows;
}

HistogramSummary summarise(const std::vector<stats::Bin>& bins) {
  HistogramSummary s;
  for (const stats::Bin& bin : bins) {
    s.count += bin.count;
    s.sum += (leftOf(bin) + widthOf(bin) / 2) * static_cast<double>(bin.count);
  }
  if (s.count == 0) return s;
  size_t at = 0;
  uint64_t below = 0;
  for (size_t q = 0; q < s.values.size(); ++q) {
    const double target = HistogramSummary::kQuantiles[q] * static_cast<double>(s.count);
    while (at + 1 < bins.size() && static_cast<double>(below + bins[at].count) < target) below += bins[at++].count;
    const double inside = (target - static_cast<double>(below)) / static_cast<double>(bins[at].count);
    s.values[q] = leftOf(bins[at]) + inside * widthOf(bins[at]);
  }
  return s;
}

uint64_t countUpTo(const std::vector<stats::Bin>& bins, double limit) {
  uint64_t count = 0;
  for (const stats::Bin& bin : bins) {
    const double width = widthOf(bin);
    const double largest = width <= 1 ? leftOf(bin) : leftOf(bin) + width - 1;
    if (largest <= limit) count += bin.count;
  }
  return count;
}

}  // namespace orrery::admin
