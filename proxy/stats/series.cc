#include "proxy/stats/output.h"

// Envoy's default tag extraction (source/common/config/well_known_names.cc), for the names that Orrery has. Labels come in the
// order of Envoy's list of extractors: response code, worker, connection manager, then listener or cluster.
namespace orrery::stats {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// Cuts "<value>." off the front of `rest`; a value holds no dot. Empty: nothing to cut.
std::string_view takeValue(std::string_view& rest) {
  const size_t dot = rest.find('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  const std::string_view value = rest.substr(0, dot);
  rest.remove_prefix(dot + 1);
  return value;
}

// Cuts "<address>_<port>." off the front: digits, dots, underscores, and for IPv6 brackets and hex digits.
std::string_view takeAddress(std::string_view& rest) {
  size_t end = std::string_view::npos;
  for (size_t i = 0; i < rest.size(); ++i) {
    const char c = rest[i];
    if (c == '.') {
      end = i;
    } else if (!isDigit(c) && c != '_' && c != '[' && c != ']' && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F')) {
      break;
    }
  }
  if (end == std::string_view::npos || end == 0 || !(isDigit(rest[0]) || rest[0] == '[')) return {};
  const std::string_view value = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return value;
}

// "..._rq_503" and "..._rq_5xx" at the end of a name.
void takeResponseCode(Series& series) {
  const size_t n = series.name.size();
  if (n < 7 || series.name.compare(n - 7, 4, "_rq_") != 0 || !isDigit(series.name[n - 3])) return;
  const std::string tail = series.name.substr(n - 3);
  if (tail.ends_with("xx")) {
    series.labels.push_back({"envoy_response_code_class", tail.substr(0, 1)});
    series.name.erase(n - 3, 1);
  } else if (isDigit(tail[1]) && isDigit(tail[2])) {
    series.labels.push_back({"envoy_response_code", tail});
    series.name.resize(n - 4);
  }
}

void addLabel(Series& series, std::string_view name, std::string_view value) {
  if (!value.empty()) series.labels.push_back({name, std::string(value)});
}

// "worker_<number>." becomes "worker.".
std::string_view takeWorker(std::string_view& rest) {
  constexpr std::string_view kWord = "worker_";
  if (!rest.starts_with(kWord)) return {};
  std::string_view tail = rest.substr(kWord.size());
  const std::string_view number = takeValue(tail);
  if (number.empty() || !isDigit(number.front())) return {};
  rest = tail;
  return number;
}

Series listenerSeries(std::string_view rest) {
  Series series;
  series.name = "listener.";
  const std::string_view address = takeAddress(rest);
  if (address.empty() && rest.starts_with("admin.")) {
    series.name += "admin.";
    rest.remove_prefix(6);
  }
  const std::string_view worker = takeWorker(rest);
  if (!worker.empty()) series.name += "worker.";
  std::string_view prefix;
  if (rest.starts_with("http.")) {
    std::string_view tail = rest.substr(5);
    prefix = takeValue(tail);
    series.name += "http.";
    rest = prefix.empty() ? rest.substr(5) : tail;
  }
  series.name += rest;
  takeResponseCode(series);
  addLabel(series, "envoy_worker_id", worker);
  addLabel(series, "envoy_http_conn_manager_prefix", prefix);
  addLabel(series, "envoy_listener_address", address);
  return series;
}

// "<group>.<value>.rest" becomes "<group>.rest" with one label.
Series groupSeries(std::string_view group, std::string_view label, std::string_view rest) {
  Series series;
  const std::string_view value = takeValue(rest);
  series.name = std::string(group) + std::string(rest);
  takeResponseCode(series);
  addLabel(series, label, value);
  return series;
}

// "vhost.<host>.vcluster.<name>.rest" and "vhost.<host>.route.<prefix>.rest"; a host with dots is cut at the first.
Series vhostSeries(std::string_view rest) {
  const std::string_view host = takeValue(rest);
  Series series;
  series.name = "vhost.";
  std::string_view cluster;
  std::string_view route;
  const auto group = [&](std::string_view word, std::string_view& value) {
    if (host.empty() || !rest.starts_with(word)) return;
    std::string_view tail = rest.substr(word.size());
    value = takeValue(tail);
    if (value.empty()) return;
    series.name += word;
    rest = tail;
  };
  group("vcluster.", cluster);
  group("route.", route);
  series.name += rest;
  takeResponseCode(series);
  addLabel(series, "envoy_virtual_cluster", cluster);
  addLabel(series, "envoy_virtual_host", host);
  addLabel(series, "envoy_route", route);
  return series;
}

}  // namespace

Series seriesOf(std::string_view name) {
  if (name.starts_with("cluster.")) return groupSeries("cluster.", "envoy_cluster_name", name.substr(8));
  if (name.starts_with("http.")) return groupSeries("http.", "envoy_http_conn_manager_prefix", name.substr(5));
  if (name.starts_with("tcp.")) return groupSeries("tcp.", "envoy_tcp_prefix", name.substr(4));
  if (name.starts_with("vhost.")) return vhostSeries(name.substr(6));
  if (name.starts_with("listener.")) return listenerSeries(name.substr(9));
  Series series;
  if (name.starts_with("server.")) {
    std::string_view rest = name.substr(7);
    if (const std::string_view worker = takeWorker(rest); !worker.empty()) {
      series.name = "server.worker." + std::string(rest);
      addLabel(series, "envoy_worker_id", worker);
      return series;
    }
  }
  series.name = std::string(name);
  return series;
}

}  // namespace orrery::stats
