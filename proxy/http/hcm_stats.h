#pragma once

#include <array>
#include <string>

#include "proxy/codec/http2/codec_stats.h"
#include "proxy/net/connection.h"
#include "proxy/stats/block.h"
#include "proxy/stats/layout.h"

// Statistics of a connection manager below "http.<stat_prefix>.", by Envoy's names. The router's own are in
// upstream/request/router_stats.h.
namespace orrery::http {

#define ORRERY_HCM_COUNTERS(X)                     \
  X(downstream_cx_delayed_close_timeout)           \
  X(downstream_cx_destroy)                         \
  X(downstream_cx_destroy_active_rq)               \
  X(downstream_cx_destroy_local)                   \
  X(downstream_cx_destroy_local_active_rq)         \
  X(downstream_cx_destroy_remote)                  \
  X(downstream_cx_destroy_remote_active_rq)        \
  X(downstream_cx_drain_close)                     \
  X(downstream_cx_http1_soft_drain)                \
  X(downstream_cx_http1_total)                     \
  X(downstream_cx_http2_total)                     \
  X(downstream_cx_http3_total)                     \
  X(downstream_cx_idle_timeout)                    \
  X(downstream_cx_max_duration_reached)            \
  X(downstream_cx_max_requests_reached)            \
  X(downstream_cx_overload_disable_keepalive)      \
  X(downstream_cx_protocol_error)                  \
  X(downstream_cx_rx_bytes_total)                  \
  X(downstream_cx_ssl_total)                       \
  X(downstream_cx_total)                           \
  X(downstream_cx_tx_bytes_total)                  \
  X(downstream_cx_upgrades_total)                  \
  X(downstream_flow_control_paused_reading_total)  \
  X(downstream_flow_control_resumed_reading_total) \
  X(downstream_rq_1xx)                             \
  X(downstream_rq_2xx)                             \
  X(downstream_rq_3xx)                             \
  X(downstream_rq_4xx)                             \
  X(downstream_rq_5xx)                             \
  X(downstream_rq_completed)                       \
  X(downstream_rq_failed_path_normalization)       \
  X(downstream_rq_header_timeout)                  \
  X(downstream_rq_http1_total)                     \
  X(downstream_rq_http2_total)                     \
  X(downstream_rq_http3_total)                     \
  X(downstream_rq_idle_timeout)                    \
  X(downstream_rq_max_duration_reached)            \
  X(downstream_rq_non_relative_path)               \
  X(downstream_rq_overload_close)                  \
  X(downstream_rq_redirected_with_normalized_path) \
  X(downstream_rq_rejected_via_ip_detection)       \
  X(downstream_rq_response_before_rq_complete)     \
  X(downstream_rq_rx_reset)                        \
  X(downstream_rq_timeout)                         \
  X(downstream_rq_too_large)                       \
  X(downstream_rq_too_many_premature_resets)       \
  X(downstream_rq_total)                           \
  X(downstream_rq_tx_reset)                        \
  X(downstream_rq_ws_on_non_ws_route)              \
  X(rs_too_large)

#define ORRERY_HCM_GAUGES(X)         \
  X(downstream_cx_active)            \
  X(downstream_cx_http1_active)      \
  X(downstream_cx_http2_active)      \
  X(downstream_cx_http3_active)      \
  X(downstream_cx_rx_bytes_buffered) \
  X(downstream_cx_ssl_active)        \
  X(downstream_cx_tx_bytes_buffered) \
  X(downstream_cx_upgrades_active)   \
  X(downstream_rq_active)

#define ORRERY_HCM_HISTOGRAMS(X) \
  X(downstream_cx_length_ms)     \
  X(downstream_rq_time)

struct HcmStats {
#define ORRERY_X(name) stats::CounterId name;
  ORRERY_HCM_COUNTERS(ORRERY_X)
#undef ORRERY_X
#define ORRERY_X(name) stats::GaugeId name;
  ORRERY_HCM_GAUGES(ORRERY_X)
#undef ORRERY_X
#define ORRERY_X(name) stats::HistogramId name;
  ORRERY_HCM_HISTOGRAMS(ORRERY_X)
#undef ORRERY_X

  // The same responses counted per listener: "listener.<address>.http.<stat_prefix>.downstream_rq_2xx".
  stats::CounterId tracingHealthCheck;
  stats::CounterId listenerCompleted;
  std::array<stats::CounterId, 6> listenerClasses;  // index 0 is the cell nobody reads
  std::array<stats::CounterId, 6> classes;
  net::ConnectionStats connection;
  // Of the codec, shared by all connection managers.
  stats::CounterId droppedUnderscores;
  stats::CounterId rejectedUnderscores;
  http2::CodecStats http2;

  HcmStats(stats::Layout& layout, const std::string& statPrefix, const std::string& listenerPrefix);
  void countResponse(stats::Block& block, uint32_t status) const;
};

}  // namespace orrery::http
