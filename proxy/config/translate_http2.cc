#include <google/protobuf/duration.pb.h>

#include "envoy/config/core/v3/protocol.pb.h"
#include "envoy/type/v3/percent.pb.h"
#include "proxy/config/translate.h"

// Envoy's deprecated fields are honoured where it honours them.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace orrery::config {
namespace {

using envoy::config::core::v3::Http2ProtocolOptions;
using envoy::config::core::v3::KeepaliveSettings;

http::Keepalive toHttp2Keepalive(Translation& t, const KeepaliveSettings& message) {
  http::Keepalive out;
  if (message.has_interval()) out.interval = toDuration(t, "interval", message.interval());
  out.timeout = toDuration(t, "timeout", message.timeout());
  // 100 percent: a million parts.
  if (message.has_interval_jitter()) {
    out.jitterPpm = static_cast<uint32_t>(message.interval_jitter().value() * 10'000.0 + 0.5);
  }
  if (message.has_connection_idle_interval()) {
    out.idleInterval = toDuration(t, "connection_idle_interval", message.connection_idle_interval());
  }
  return out;
}

template <class Wrapper>
void set(bool given, const Wrapper& message, uint32_t& out) {
  if (given) out = message.value();
}

}  // namespace

void setHttp2(Translation& t, const Http2ProtocolOptions& m, bool streamError, http2::Options& out,
              http::Keepalive& keepalive) {
  set(m.has_hpack_table_size(), m.hpack_table_size(), out.headerTableSize);
  set(m.has_max_concurrent_streams(), m.max_concurrent_streams(), out.maxConcurrentStreams);
  set(m.has_initial_stream_window_size(), m.initial_stream_window_size(), out.initialStreamWindow);
  set(m.has_initial_connection_window_size(), m.initial_connection_window_size(), out.initialConnectionWindow);
  set(m.has_max_outbound_frames(), m.max_outbound_frames(), out.maxOutboundFrames);
  set(m.has_max_outbound_control_frames(), m.max_outbound_control_frames(), out.maxOutboundControlFrames);
  set(m.has_max_consecutive_inbound_frames_with_empty_payload(), m.max_consecutive_inbound_frames_with_empty_payload(),
      out.maxConsecutiveInboundFramesWithEmptyPayload);
  set(m.has_max_inbound_priority_frames_per_stream(), m.max_inbound_priority_frames_per_stream(),
      out.maxInboundPriorityFramesPerStream);
  set(m.has_max_inbound_window_update_frames_per_data_frame_sent(),
      m.max_inbound_window_update_frames_per_data_frame_sent(), out.maxInboundWindowUpdateFramesPerDataFrameSent);
  out.allowConnect = m.allow_connect();
  // The older field counts where the newer one is not given, and that where the connection manager's is not.
  out.streamErrorOnInvalidMessage = streamError || m.stream_error_on_invalid_http_messaging();
  if (m.has_override_stream_error_on_invalid_http_message()) {
    out.streamErrorOnInvalidMessage = m.override_stream_error_on_invalid_http_message().value();
  }
  if (!m.has_connection_keepalive()) return;
  const auto scope = t.path.field("connection_keepalive");
  keepalive = toHttp2Keepalive(t, m.connection_keepalive());
}

}  // namespace orrery::config
