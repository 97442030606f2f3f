#include "proxy/upstream/cluster_stats.h"

namespace orrery::upstream {

namespace {
std::string prefixOf(std::string_view name) { return "cluster." + std::string(name) + "."; }
}  // namespace

ClusterStats::ClusterStats(stats::Layout& layout, std::string_view name, bool http2Upstream)
    : prefix(prefixOf(name)),
      all(layout, prefix),
      external(layout, prefix + "external."),
      internal(layout, prefix + "internal."),
      retry(layout, prefix + "retry.") {
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
