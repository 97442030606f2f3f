#pragma once

#include <string>

#include "proxy/stats/block.h"
#include "proxy/stats/layout.h"

namespace orrery::http2 {

#define ORRERY_HTTP2_COUNTERS(X)                   \
  X(dropped_headers_with_underscores)              \
  X(goaway_sent)                                   \
  X(header_list_size_too_large)                    \
  X(header_overflow)                               \
  X(headers_cb_no_stream)                          \
  X(inbound_empty_frames_flood)                    \
  X(inbound_priority_frames_flood)                 \
  X(inbound_window_update_frames_flood)            \
  X(keepalive_timeout)                             \
  X(metadata_empty_frames)                         \
  X(outbound_control_flood)                        \
  X(outbound_flood)                                \
  X(requests_rejected_with_underscores_in_headers) \
  X(rx_messaging_error)                            \
  X(rx_reset)                                      \
  X(stream_refused_errors)                         \
  X(trailers)                                      \
  X(tx_flush_timeout)                              \
  X(tx_reset)

#define ORRERY_HTTP2_GAUGES(X)      \
  X(deferred_stream_close)          \
  X(outbound_control_frames_active) \
  X(outbound_frames_active)         \
  X(pending_send_bytes)             \
  X(streams_active)

// Statistics of the codec by Envoy's names: below "http2." for all downstream connections together, below
// "cluster.<name>.http2." for those to a cluster. Never counted, as what they speak of does not exist here:
// deferred_stream_close, headers_cb_no_stream, metadata_empty_frames.
struct CodecStats {
#define ORRERY_X(name) stats::CounterId name;
  ORRERY_HTTP2_COUNTERS(ORRERY_X)
#undef ORRERY_X
#define ORRERY_X(name) stats::GaugeId name;
  ORRERY_HTTP2_GAUGES(ORRERY_X)
#undef ORRERY_X

  // All of them the cell nobody reads.
  CodecStats() = default;
  CodecStats(stats::Layout& layout, const std::string& prefix);
};

}  // namespace orrery::http2
