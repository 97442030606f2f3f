#include <fmt/format.h>

#include "proxy/admin/json_text.h"
#include "proxy/admin/stats_view.h"

namespace orrery::admin {

std::string statsJson(const std::vector<stats::Total>& totals) {
  std::string out = "{\"stats\":[";
  std::string_view separator;
  for (const stats::Total& row : totals) {
    if (row.kind == stats::Kind::kHistogram) continue;
    out += fmt::format("{}{{\"name\":{},\"value\":{}}}", separator, jsonString(row.name), row.value);
    separator = ",";
  }
  std::string histograms;
  for (const stats::Total& row : totals) {
    if (row.kind != stats::Kind::kHistogram) continue;
    const stats::HistogramSummary s = stats::summarise(row.bins);
    if (!histograms.empty()) histograms += ',';
    histograms += "{\"name\":" + jsonString(row.name) + ",\"values\":[";
    for (size_t q = 0; q < s.quantiles.size(); ++q) {
      if (q > 0) histograms += ',';
      histograms += s.count == 0 ? std::string("{\"cumulative\":null,\"interval\":null}")
                                 : fmt::format("{{\"cumulative\":{},\"interval\":null}}", s.quantiles[q]);
    }
    histograms += "]}";
  }
  if (!histograms.empty()) {
    out += separator;
    out += "{\"histograms\":{\"supported_quantiles\":[0,25,50,75,90,95,99,99.5,99.9,100],\"computed_quantiles\":[" +
           histograms + "]}}";
  }
  out += "]}";
  return out;
}

}  // namespace orrery::admin
