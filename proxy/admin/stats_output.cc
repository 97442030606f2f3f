#include <fmt/format.h>

#include "proxy/admin/json_text.h"
#include "proxy/admin/stats_view.h"

namespace orrery::admin {

namespace {

constexpr std::array<std::string_view, 10> kQuantileNames{"P0",  "P25", "P50",   "P75",   "P90",
                                                          "P95", "P99", "P99.5", "P99.9", "P100"};

}  // namespace

std::string statsText(const std::vector<StatRow>& rows) {
  std::string out;
  // Envoy prints counters and gauges first, then histograms, each in order of name.
  for (const StatRow& row : rows) {
    if (row.kind != stats::Kind::kHistogram) out += fmt::format("{}: {}\n", row.name, row.value);
  }
  for (const StatRow& row : rows) {
    if (row.kind != stats::Kind::kHistogram) continue;
    const HistogramSummary s = summarise(row.bins);
    out += row.name;
    out += ':';
    if (s.count == 0) out += " No recorded values";
    // The first number is the last interval's; only the whole is kept here.
    for (size_t q = 0; q < s.values.size() && s.count > 0; ++q) {
      out += fmt::format(" {}(nan,{:.6g})", kQuantileNames[q], s.values[q]);
    }
    out += '\n';
  }
  return out;
}

std::string statsJson(const std::vector<StatRow>& rows) {
  std::string out = "{\"stats\":[";
  std::string_view separator;
  for (const StatRow& row : rows) {
    if (row.kind == stats::Kind::kHistogram) continue;
    out += fmt::format("{}{{\"name\":{},\"value\":{}}}", separator, jsonString(row.name), row.value);
    separator = ",";
  }
  std::string histograms;
  for (const StatRow& row : rows) {
    if (row.kind != stats::Kind::kHistogram) continue;
    const HistogramSummary s = summarise(row.bins);
    if (!histograms.empty()) histograms += ',';
    histograms += "{\"name\":" + jsonString(row.name) + ",\"values\":[";
    for (size_t q = 0; q < s.values.size(); ++q) {
      if (q > 0) histograms += ',';
      histograms += s.count == 0 ? std::string("{\"interval\":null,\"cumulative\":null}")
                                 : fmt::format("{{\"interval\":null,\"cumulative\":{:.6g}}}", s.values[q]);
    }
    histograms += "]}";
  }
  if (!histograms.empty()) {
    out += separator;
    out += "{\"histograms\":{\"supported_quantiles\":[0,25,50,75,90,95,99,99.5,99.9,100],\"computed_quantiles\":[" +
           histograms + "]}}";
  }
  out += "]}\n";
  return out;
}

}  // namespace orrery::admin
