#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "proxy/admin/stats_view.h"

namespace orrery::admin {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

struct Series {
  std::string metric;  // "envoy_cluster_upstream_rq_total"
  std::string labels;  // "envoy_cluster_name=\"origin\""
};

void addLabel(Series& series, std::string_view name, std::string_view value) {
  if (!series.labels.empty()) series.labels += ',';
  series.labels += name;
  series.labels += "=\"";
  for (char c : value) {
    if (c == '"' || c == '\\') series.labels += '\\';
    series.labels += c;
  }
  series.labels += '"';
}

// Takes "<label>." off the front of `rest`. Names of clusters may hold dots: `stat` is where the statistic's own name
// starts, known by its first word.
std::string_view takeName(std::string_view& rest, std::initializer_list<std::string_view> words) {
  size_t end = std::string_view::npos;
  for (std::string_view word : words) {
    const size_t at = rest.find(word);
    if (at != std::string_view::npos && at > 0) end = std::min(end, at);
  }
  if (end == std::string_view::npos) end = rest.rfind('.');
  if (end == std::string_view::npos) return {};
  const std::string_view name = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return name;
}

// The response code or class at the end of the name becomes a label ("upstream_rq_503", "downstream_rq_2xx").
void takeResponseCode(std::string& stat, Series& series) {
  const size_t at = stat.rfind("_rq_");
  if (at == std::string::npos) return;
  const std::string_view tail = std::string_view(stat).substr(at + 4);
  if (tail.size() != 3 || !isDigit(tail[0])) return;
  if (tail.substr(1) == "xx") {
    addLabel(series, "envoy_response_code_class", tail.substr(0, 1));
    stat.replace(at + 4, 1, "");
  } else if (isDigit(tail[1]) && isDigit(tail[2])) {
    addLabel(series, "envoy_response_code", tail);
    stat.resize(at + 3);
  }
}

Series seriesOf(std::string_view name) {
  Series series;
  std::string stat;
  std::string_view rest = name;
  if (name.starts_with("cluster.")) {
    rest.remove_prefix(8);
    const std::string_view cluster =
        takeName(rest, {".upstream_", ".external.", ".internal.", ".retry.", ".membership_", ".circuit_breakers.",
                        ".lb_", ".update_", ".bind_errors", ".warming_state", ".retry_or_shadow_abandoned"});
    stat = "cluster." + std::string(rest);
    takeResponseCode(stat, series);
    addLabel(series, "envoy_cluster_name", cluster);
  } else if (name.starts_with("http.")) {
    rest.remove_prefix(5);
    const std::string_view prefix =
        takeName(rest, {".downstream_", ".rq_", ".rs_", ".no_", ".passthrough_", ".tracing."});
    stat = "http." + std::string(rest);
    takeResponseCode(stat, series);
    addLabel(series, "envoy_http_conn_manager_prefix", prefix);
  } else if (name.starts_with("listener.")) {
    rest.remove_prefix(9);
    const std::string_view address = takeName(rest, {".downstream_", ".http.", ".worker_", ".no_filter", ".ssl.",
                                                     ".main_thread.", ".connections_accepted", ".extension_"});
    if (rest.starts_with("http.")) {
      rest.remove_prefix(5);
      addLabel(series, "envoy_http_conn_manager_prefix", takeName(rest, {".downstream_"}));
      stat = "listener.http." + std::string(rest);
    } else if (rest.starts_with("worker_")) {
      rest.remove_prefix(7);
      const size_t dot = rest.find('.');
      addLabel(series, "envoy_worker_id", rest.substr(0, dot));
      stat = "listener." + std::string(rest.substr(dot == std::string_view::npos ? rest.size() : dot + 1));
    } else {
      stat = "listener." + std::string(rest);
    }
    takeResponseCode(stat, series);
    addLabel(series, "envoy_listener_address", address);
  } else {
    stat = name;
  }
  series.metric = "envoy_" + stat;
  for (char& c : series.metric) {
    const bool word = isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!word) c = '_';
  }
  return series;
}

// Envoy's default buckets, in milliseconds.
constexpr double kBuckets[] = {0.5,  1,    5,     10,    25,    50,     100,    250,     500,    1000,
                               2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000, 3600000};

void appendHistogram(std::string& out, const Series& series, const StatRow& row) {
  const HistogramSummary s = summarise(row.bins);
  const std::string separator = series.labels.empty() ? "" : ",";
  for (const double limit : kBuckets) {
    out += fmt::format("{}_bucket{{{}{}le=\"{:g}\"}} {}\n", series.metric, series.labels, separator, limit,
                       countUpTo(row.bins, limit));
  }
  out += fmt::format("{0}_bucket{{{1}{2}le=\"+Inf\"}} {3}\n{0}_sum{{{1}}} {4:g}\n{0}_count{{{1}}} {3}\n", series.metric,
                     series.labels, separator, s.count, s.sum);
}

}  // namespace

std::string statsPrometheus(const std::vector<StatRow>& rows) {
  // One block per metric: the format wants its lines together.
  struct Metric {
    stats::Kind kind;
    std::string lines;
  };
  std::map<std::string, Metric> metrics;
  for (const StatRow& row : rows) {
    const Series series = seriesOf(row.name);
    Metric& metric = metrics.try_emplace(series.metric, Metric{row.kind, {}}).first->second;
    if (row.kind == stats::Kind::kHistogram) {
      appendHistogram(metric.lines, series, row);
    } else {
      metric.lines += fmt::format("{}{{{}}} {}\n", series.metric, series.labels, row.value);
    }
  }
  std::string out;
  for (const auto& [name, metric] : metrics) {
    const std::string_view type = metric.kind == stats::Kind::kCounter ? "counter"
                                  : metric.kind == stats::Kind::kGauge ? "gauge"
                                                                       : "histogram";
    out += fmt::format("# TYPE {} {}\n{}\n", name, type, metric.lines);
  }
  return out;
}

}  // namespace orrery::admin
