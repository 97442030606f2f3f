#include "proxy/stats/output.h"

#include <fmt/format.h>

#include <iterator>
#include <map>

namespace orrery::stats {
namespace {

// Envoy's default buckets.
constexpr double kBuckets[] = {0.5,  1,    5,     10,    25,    50,     100,    250,     500,    1000,
                               2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000, 3600000};

std::string metricName(std::string_view seriesName) {
  std::string out = "envoy_" + std::string(seriesName);
  for (char& c : out) {
    const bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!word) c = '_';
  }
  return out;
}

std::string labelText(const Series& series) {
  std::string out;
  for (const Series::Label& label : series.labels) {
    if (!out.empty()) out += ',';
    out += label.name;
    out += "=\"";
    for (const char c : label.value) {
      if (c == '\n') {
        out += "\\n";
        continue;
      }
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return out;
}

void appendHistogram(const std::string& metric, const std::string& labels, std::span<const Bin> bins,
                     std::string& out) {
  const HistogramSummary s = summarise(bins);
  const std::string prefix = labels.empty() ? std::string() : labels + ",";
  auto to = std::back_inserter(out);
  for (const double limit : kBuckets) {
    fmt::format_to(to, "{}_bucket{{{}le=\"{:.32g}\"}} {}\n", metric, prefix, limit, countUpTo(bins, limit));
  }
  fmt::format_to(to, "{}_bucket{{{}le=\"+Inf\"}} {}\n", metric, prefix, s.count);
  fmt::format_to(to, "{}_sum{{{}}} {:.32g}\n", metric, labels, s.sum);
  fmt::format_to(to, "{}_count{{{}}} {}\n", metric, labels, s.count);
}

void writeKind(std::span<const Total> totals, Kind kind, std::string_view type, std::string& out) {
  // Lines of one metric stand together, in order of the statistics' full names.
  std::map<std::string, std::string> metrics;
  for (const Total& total : totals) {
    if (total.kind != kind) continue;
    const Series series = seriesOf(total.name);
    const std::string metric = metricName(series.name);
    std::string& lines = metrics[series.name];
    if (lines.empty()) lines = fmt::format("# TYPE {} {}\n", metric, type);
    if (kind == Kind::kHistogram) {
      appendHistogram(metric, labelText(series), total.bins, lines);
    } else {
      fmt::format_to(std::back_inserter(lines), "{}{{{}}} {}\n", metric, labelText(series), total.value);
    }
  }
  for (const auto& [name, lines] : metrics) out += lines;
}

}  // namespace

std::string writeText(std::span<const Total> totals) {
  std::string out;
  auto to = std::back_inserter(out);
  for (const Total& total : totals) {
    if (total.kind != Kind::kHistogram) fmt::format_to(to, "{}: {}\n", total.name, total.value);
  }
  for (const Total& total : totals) {
    if (total.kind != Kind::kHistogram) continue;
    const HistogramSummary s = summarise(total.bins);
    fmt::format_to(to, "{}:", total.name);
    if (s.count == 0) out += " No recorded values";
    for (size_t q = 0; q < s.quantiles.size() && s.count > 0; ++q) {
      // The first number is the last flush interval's; only the whole is kept here.
      fmt::format_to(to, " P{:g}(nan,{})", 100 * HistogramSummary::kQuantiles[q], s.quantiles[q]);
    }
    out += '\n';
  }
  return out;
}

std::string writePrometheus(std::span<const Total> totals) {
  std::string out;
  writeKind(totals, Kind::kCounter, "counter", out);
  writeKind(totals, Kind::kGauge, "gauge", out);
  writeKind(totals, Kind::kHistogram, "histogram", out);
  return out;
}

}  // namespace orrery::stats
