#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/codec/http2/codec_stats.h"
#include "proxy/net/connection.h"
#include "proxy/stats/block.h"
#include "proxy/stats/layout.h"
#include "proxy/stats/response_codes.h"
#include "proxy/upstream/cluster_options.h"

// Statistics of a cluster, by Envoy's names below "cluster.<name>." (or the alternative statistics name).
namespace orrery::upstream {

#define ORRERY_CLUSTER_COUNTERS(X)               \
  X(bind_errors)                                 \
  X(lb_healthy_panic)                            \
  X(membership_change)                           \
  X(retry_or_shadow_abandoned)                   \
  X(update_attempt)                              \
  X(update_empty)                                \
  X(update_failure)                              \
  X(update_no_rebuild)                           \
  X(update_success)                              \
  X(upstream_cx_close_notify)                    \
  X(upstream_cx_connect_attempts_exceeded)       \
  X(upstream_cx_connect_fail)                    \
  X(upstream_cx_connect_timeout)                 \
  X(upstream_cx_destroy)                         \
  X(upstream_cx_destroy_local)                   \
  X(upstream_cx_destroy_local_with_active_rq)    \
  X(upstream_cx_destroy_remote)                  \
  X(upstream_cx_destroy_remote_with_active_rq)   \
  X(upstream_cx_destroy_with_active_rq)          \
  X(upstream_cx_http1_total)                     \
  X(upstream_cx_http2_total)                     \
  X(upstream_cx_http3_total)                     \
  X(upstream_cx_idle_timeout)                    \
  X(upstream_cx_max_duration_reached)            \
  X(upstream_cx_max_requests)                    \
  X(upstream_cx_none_healthy)                    \
  X(upstream_cx_overflow)                        \
  X(upstream_cx_pool_overflow)                   \
  X(upstream_cx_protocol_error)                  \
  X(upstream_cx_rx_bytes_total)                  \
  X(upstream_cx_total)                           \
  X(upstream_cx_tx_bytes_total)                  \
  X(upstream_flow_control_backed_up_total)       \
  X(upstream_flow_control_drained_total)         \
  X(upstream_flow_control_paused_reading_total)  \
  X(upstream_flow_control_resumed_reading_total) \
  X(upstream_internal_redirect_failed_total)     \
  X(upstream_internal_redirect_succeeded_total)  \
  X(upstream_rq_active_overflow)                 \
  X(upstream_rq_cancelled)                       \
  X(upstream_rq_completed)                       \
  X(upstream_rq_maintenance_mode)                \
  X(upstream_rq_max_duration_reached)            \
  X(upstream_rq_pending_failure_eject)           \
  X(upstream_rq_pending_overflow)                \
  X(upstream_rq_pending_total)                   \
  X(upstream_rq_per_try_idle_timeout)            \
  X(upstream_rq_per_try_timeout)                 \
  X(upstream_rq_retry)                           \
  X(upstream_rq_retry_backoff_exponential)       \
  X(upstream_rq_retry_backoff_ratelimited)       \
  X(upstream_rq_retry_limit_exceeded)            \
  X(upstream_rq_retry_overflow)                  \
  X(upstream_rq_retry_success)                   \
  X(upstream_rq_rx_reset)                        \
  X(upstream_rq_timeout)                         \
  X(upstream_rq_total)                           \
  X(upstream_rq_tx_reset)

#define ORRERY_CLUSTER_GAUGES(X)   \
  X(membership_degraded)           \
  X(membership_excluded)           \
  X(membership_healthy)            \
  X(membership_total)              \
  X(upstream_cx_active)            \
  X(upstream_cx_rx_bytes_buffered) \
  X(upstream_cx_tx_bytes_buffered) \
  X(upstream_rq_active)            \
  X(upstream_rq_pending_active)    \
  X(warming_state)

#define ORRERY_CLUSTER_HISTOGRAMS(X) \
  X(upstream_cx_connect_ms)          \
  X(upstream_cx_length_ms)           \
  X(upstream_rq_per_cx)              \
  X(upstream_rq_time)

// Gauges of the circuit breakers of one priority, written by SharedClusters::refreshGauges() only.
struct BreakerStats {
  stats::GaugeId cxOpen;
  stats::GaugeId rqOpen;
  stats::GaugeId rqPendingOpen;
  stats::GaugeId rqRetryOpen;
  stats::GaugeId cxPoolOpen;
  // Only with track_remaining.
  stats::GaugeId remainingCx;
  stats::GaugeId remainingRq;
  stats::GaugeId remainingPending;
  stats::GaugeId remainingRetries;
  stats::GaugeId remainingCxPools;

  BreakerStats() = default;
  BreakerStats(stats::Layout& layout, const std::string& prefix);
  void trackRemaining(stats::Layout& layout, const std::string& prefix);
};

struct ClusterStats {
  std::string prefix;  // of their names: "cluster.origin."
#define ORRERY_X(name) stats::CounterId name;
  ORRERY_CLUSTER_COUNTERS(ORRERY_X)
#undef ORRERY_X
#define ORRERY_X(name) stats::GaugeId name;
  ORRERY_CLUSTER_GAUGES(ORRERY_X)
#undef ORRERY_X
#define ORRERY_X(name) stats::HistogramId name;
  ORRERY_CLUSTER_HISTOGRAMS(ORRERY_X)
#undef ORRERY_X
  stats::HistogramId externalTime;
  stats::HistogramId internalTime;
  BreakerStats defaultBreakers;
  BreakerStats highBreakers;
  // Of the table of hashing policies, as the workers share it.
  stats::GaugeId tableSize;
  stats::GaugeId tableLeast;
  stats::GaugeId tableMost;
  stats::ResponseCodeStats all;
  stats::ResponseCodeStats external;
  stats::ResponseCodeStats internal;
  stats::ResponseCodeStats retry;

  http2::CodecStats http2;
  net::ConnectionStats connection;  // the byte counters above, as a connection takes them

  // `http2Upstream`: requests go to it by HTTP/2.
  ClusterStats(stats::Layout& layout, std::string_view name, bool http2Upstream = false);
  const BreakerStats& breakersOf(RoutePriority priority) const {
    return priority == RoutePriority::kHigh ? highBreakers : defaultBreakers;
  }
  void trackRemaining(stats::Layout& layout, std::string_view name, RoutePriority priority);
  void addRingHash(stats::Layout& layout, std::string_view name);
  void addMaglev(stats::Layout& layout, std::string_view name);
};

}  // namespace orrery::upstream
