#include "proxy/upstream/cluster_stats.h"

namespace orrery::upstream {
namespace {

// The codes that have a name in Envoy's list (envoy/http/codes.h): counters exist for these.
constexpr uint16_t kKnownCodes[] = {100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300,
                                    301, 302, 303, 304, 305, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407,
                                    408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 423, 424, 426,
                                    428, 429, 431, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511};

constexpr std::string_view kClasses[] = {"unknown", "1xx", "2xx", "3xx", "4xx", "5xx"};

}  // namespace

ResponseCodeStats::ResponseCodeStats(stats::Layout& layout, const std::string& prefix) {
  std::string name = prefix + "upstream_rq_";
  const size_t stem = name.size();
  const auto counter = [&](std::string_view rest) {
    name.resize(stem);
    name += rest;
    return layout.counter(name);
  };
  completed = counter("completed");
  for (size_t i = 0; i < classes.size(); ++i) classes[i] = counter(kClasses[i]);
  for (uint16_t code : kKnownCodes) codes[code - 100u] = counter(std::to_string(code)).index;
}

void ResponseCodeStats::charge(stats::Block& block, uint32_t status) const {
  block.add(completed);
  const uint32_t group = status / 100;
  if (group < 1 || group >= classes.size()) {
    block.add(classes[0]);
    return;
  }
  block.add(classes[group]);
  if (const uint32_t index = codes[status - 100]; index != 0) block.add(stats::CounterId{index});
}

namespace {
std::string prefixOf(std::string_view name) { return "cluster." + std::string(name) + "."; }
}  // namespace

ClusterStats::ClusterStats(stats::Layout& layout, std::string_view name, bool http2Upstream)
    : all(layout, prefixOf(name)),
      external(layout, prefixOf(name) + "external."),
      internal(layout, prefixOf(name) + "internal."),
      retry(layout, prefixOf(name) + "retry.") {
  const std::string prefix = prefixOf(name);
  if (http2Upstream) http2 = http2::CodecStats(layout, prefix + "http2.");
#define ORRERY_X(stat) stat = layout.counter(prefix + #stat);
  ORRERY_CLUSTER_COUNTERS(ORRERY_X)
#undef ORRERY_X
#define ORRERY_X(stat) stat = layout.gauge(prefix + #stat);
  ORRERY_CLUSTER_GAUGES(ORRERY_X)
#undef ORRERY_X
#define ORRERY_X(stat) stat = layout.histogram(prefix + #stat);
  ORRERY_CLUSTER_HISTOGRAMS(ORRERY_X)
#undef ORRERY_X
  connection.rxBytesTotal = upstream_cx_rx_bytes_total;
  connection.rxBytesBuffered = upstream_cx_rx_bytes_buffered;
  connection.txBytesTotal = upstream_cx_tx_bytes_total;
  connection.txBytesBuffered = upstream_cx_tx_bytes_buffered;
  externalTime = layout.histogram(prefix + "external.upstream_rq_time");
  internalTime = layout.histogram(prefix + "internal.upstream_rq_time");
  defaultBreakers = BreakerStats(layout, prefix + "circuit_breakers.default.");
  highBreakers = BreakerStats(layout, prefix + "circuit_breakers.high.");
}

BreakerStats::BreakerStats(stats::Layout& layout, const std::string& prefix) {
  cxOpen = layout.gauge(prefix + "cx_open");
  cxPoolOpen = layout.gauge(prefix + "cx_pool_open");
  rqOpen = layout.gauge(prefix + "rq_open");
  rqPendingOpen = layout.gauge(prefix + "rq_pending_open");
  rqRetryOpen = layout.gauge(prefix + "rq_retry_open");
}

void BreakerStats::trackRemaining(stats::Layout& layout, const std::string& prefix) {
  remainingCx = layout.gauge(prefix + "remaining_cx");
  remainingCxPools = layout.gauge(prefix + "remaining_cx_pools");
  remainingPending = layout.gauge(prefix + "remaining_pending");
  remainingRetries = layout.gauge(prefix + "remaining_retries");
  remainingRq = layout.gauge(prefix + "remaining_rq");
}

void ClusterStats::trackRemaining(stats::Layout& layout, std::string_view name, RoutePriority priority) {
  const bool high = priority == RoutePriority::kHigh;
  (high ? highBreakers : defaultBreakers)
      .trackRemaining(layout, prefixOf(name) + (high ? "circuit_breakers.high." : "circuit_breakers.default."));
}

void ClusterStats::addRingHash(stats::Layout& layout, std::string_view name) {
  const std::string prefix = prefixOf(name) + "ring_hash_lb.";
  tableSize = layout.gauge(prefix + "size");
  tableLeast = layout.gauge(prefix + "min_hashes_per_host");
  tableMost = layout.gauge(prefix + "max_hashes_per_host");
}

void ClusterStats::addMaglev(stats::Layout& layout, std::string_view name) {
  const std::string prefix = prefixOf(name) + "maglev_lb.";
  tableLeast = layout.gauge(prefix + "min_entries_per_host");
  tableMost = layout.gauge(prefix + "max_entries_per_host");
}

}  // namespace orrery::upstream
