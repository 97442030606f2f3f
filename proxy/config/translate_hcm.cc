#include <google/protobuf/duration.pb.h>

#include <algorithm>

#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"
#include "proxy/base/ascii.h"
#include "proxy/config/translate.h"
#include "proxy/config/translate_filter_chain.h"

// Envoy's deprecated fields are honoured where it honours them.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace orrery::config {

namespace {

namespace hcm = envoy::extensions::filters::network::http_connection_manager::v3;
using Hcm = hcm::HttpConnectionManager;

void setDuration(Translation& t, std::string_view field, bool given, const google::protobuf::Duration& message,
                 Duration& out) {
  if (given) out = toDuration(t, field, message);
}

uint32_t toPpm(const envoy::type::v3::Percent& message) {
  return static_cast<uint32_t>(message.value() * 10'000.0 + 0.5);
}

void setTimeouts(Translation& t, const Hcm& m, http::HcmOptions& out) {
  setDuration(t, "stream_idle_timeout", m.has_stream_idle_timeout(), m.stream_idle_timeout(), out.streamIdleTimeout);
  out.streamFlushTimeout = out.streamIdleTimeout;
  setDuration(t, "stream_flush_timeout", m.has_stream_flush_timeout(), m.stream_flush_timeout(),
              out.streamFlushTimeout);
  setDuration(t, "request_timeout", m.has_request_timeout(), m.request_timeout(), out.requestTimeout);
  setDuration(t, "request_headers_timeout", m.has_request_headers_timeout(), m.request_headers_timeout(),
              out.requestHeadersTimeout);
  setDuration(t, "drain_timeout", m.has_drain_timeout(), m.drain_timeout(), out.drainTimeout);
  if (m.has_drain_timeout_jitter()) {
    out.drainTimeoutJitterPpm = toPpm(m.drain_timeout_jitter());
  }
  out.http1SafeMaxConnectionDuration = m.http1_safe_max_connection_duration();
  setDuration(t, "delayed_close_timeout", m.has_delayed_close_timeout(), m.delayed_close_timeout(),
              out.delayedCloseTimeout);
}

void setCommonOptions(Translation& t, const Hcm& m, http::HcmOptions& out) {
  if (!m.has_common_http_protocol_options()) return;
  const auto scope = t.path.field("common_http_protocol_options");
  const auto& common = m.common_http_protocol_options();
  setDuration(t, "idle_timeout", common.has_idle_timeout(), common.idle_timeout(), out.idleTimeout);
  setDuration(t, "max_connection_duration", common.has_max_connection_duration(), common.max_connection_duration(),
              out.maxConnectionDuration);
  if (common.has_max_connection_duration_jitter()) {
    out.maxConnectionDurationJitterPpm = toPpm(common.max_connection_duration_jitter());
  }
  setDuration(t, "max_stream_duration", common.has_max_stream_duration(), common.max_stream_duration(),
              out.maxStreamDuration);
  if (common.has_max_headers_count()) out.requestLimits.maxCount = common.max_headers_count().value();
  if (common.has_max_requests_per_connection()) {
    out.maxRequestsPerConnection = common.max_requests_per_connection().value();
  }
  // max_response_headers_kb is of clusters; Envoy reads past it here.
}

void setHttp1Options(Translation& t, const Hcm& m, http::HcmOptions& out) {
  out.streamErrorOnInvalidMessage =
      m.has_stream_error_on_invalid_http_message() && m.stream_error_on_invalid_http_message().value();
  if (!m.has_http_protocol_options()) return;
  const auto scope = t.path.field("http_protocol_options");
  const auto& http1 = m.http_protocol_options();
  out.allowAbsoluteUrl = !http1.has_allow_absolute_url() || http1.allow_absolute_url().value();
  out.acceptHttp10 = http1.accept_http_10();
  out.defaultHostForHttp10 = http1.default_host_for_http_10();
  out.enableTrailers = http1.enable_trailers();
  out.properCaseHeaders = http1.header_key_format().has_proper_case_words();
  out.preserveCase = toPreserveCase(t, http1.header_key_format());
  out.allowChunkedLength = http1.allow_chunked_length();
  out.allowCustomMethods = http1.allow_custom_methods();
  forEachOf(t, "ignore_http_11_upgrade", http1.ignore_http_11_upgrade(), [&](const auto& message) {
    match::StringMatcher matcher = toStringMatcher(t, message);
    if (match::compileMatcher(matcher)) out.ignoredUpgrades.push_back(std::move(matcher));
  });
  if (http1.has_override_stream_error_on_invalid_http_message()) {
    out.streamErrorOnInvalidMessage = http1.override_stream_error_on_invalid_http_message().value();
  }
}

void setHttp2Options(Translation& t, const Hcm& m, http::HcmOptions& out) {
  switch (m.codec_type()) {
    case Hcm::HTTP1: out.codecType = http::CodecType::kHttp1; break;
    case Hcm::HTTP2: out.codecType = http::CodecType::kHttp2; break;
    default: out.codecType = http::CodecType::kAuto;
  }
  const bool streamError =
      m.has_stream_error_on_invalid_http_message() && m.stream_error_on_invalid_http_message().value();
  const auto scope = t.path.field("http2_protocol_options");
  setHttp2(t, m.http2_protocol_options(), streamError, out.http2, out.http2Keepalive);
  out.http2.headers = out.requestLimits;
  switch (out.underscores) {
    case http1::UnderscoresAction::kDropHeader: out.http2.underscores = http2::Underscores::kDropHeader; break;
    case http1::UnderscoresAction::kReject: out.http2.underscores = http2::Underscores::kReject; break;
    default: out.http2.underscores = http2::Underscores::kAllow;
  }
}

http::ForwardClientCert toForwardClientCert(Hcm::ForwardClientCertDetails details) {
  switch (details) {
    case Hcm::FORWARD_ONLY: return http::ForwardClientCert::kForwardOnly;
    case Hcm::APPEND_FORWARD: return http::ForwardClientCert::kAppendForward;
    case Hcm::SANITIZE_SET: return http::ForwardClientCert::kSanitizeSet;
    case Hcm::ALWAYS_FORWARD_ONLY: return http::ForwardClientCert::kAlwaysForwardOnly;
    default: return http::ForwardClientCert::kSanitize;
  }
}

http::ProxyStatusOptions toProxyStatus(const Translation& t, const Hcm::ProxyStatusConfig& m) {
  return {.proxyName = m.use_node_id() ? t.nodeId : m.literal_proxy_name(),
          .details = !m.remove_details(),
          .terminationDetails = !m.remove_connection_termination_details(),
          .flags = !m.remove_response_flags(),
          .recommendedCode = m.set_recommended_response_code()};
}

void setHeaderOptions(Translation& t, const Hcm& m, http::HcmOptions& out) {
  if (m.has_add_user_agent()) out.addUserAgent = m.add_user_agent().value();
  if (m.has_max_request_headers_kb()) out.requestLimits.maxBytes = m.max_request_headers_kb().value() * 1024;
  if (m.has_proxy_status_config()) out.proxyStatus = toProxyStatus(t, m.proxy_status_config());
  if (!m.server_name().empty()) out.serverName = m.server_name();
  switch (m.server_header_transformation()) {
    case Hcm::APPEND_IF_ABSENT: out.serverHeader = http::ServerHeaderMode::kAppendIfAbsent; break;
    case Hcm::PASS_THROUGH: out.serverHeader = http::ServerHeaderMode::kPassThrough; break;
    default: out.serverHeader = http::ServerHeaderMode::kOverwrite;
  }
  out.useRemoteAddress = m.has_use_remote_address() && m.use_remote_address().value();
  out.xffNumTrustedHops = m.xff_num_trusted_hops();
  out.skipXffAppend = m.skip_xff_append();
  out.via = m.via();
  out.generateRequestId = !m.has_generate_request_id() || m.generate_request_id().value();
  out.preserveExternalRequestId = m.preserve_external_request_id();
  out.alwaysSetRequestIdInResponse = m.always_set_request_id_in_response();
  out.proxy100Continue = m.proxy_100_continue();
  out.forwardClientCert = toForwardClientCert(m.forward_client_cert_details());
  for (int i = 0; i < m.internal_address_config().cidr_ranges_size(); ++i) {
    const auto config = t.path.field("internal_address_config");
    const auto list = t.path.field("cidr_ranges");
    const auto item = t.path.index(i);
    out.internalRanges.push_back(toAddressRange(t, m.internal_address_config().cidr_ranges(i)));
  }
}

void setUpgrades(Translation& t, const Hcm& m, http::HcmOptions& out) {
  forEachOf(t, "upgrade_configs", m.upgrade_configs(), [&](const auto& message) {
    http::UpgradeOptions upgrade{.type = message.upgrade_type(), .enabled = true, .filters = {}};
    if (message.has_enabled()) upgrade.enabled = message.enabled().value();
    for (const http::UpgradeOptions& before : out.upgrades) {
      if (!equalsIgnoreCase(before.type, upgrade.type)) continue;
      t.refuse("Error: multiple upgrade configs with the same name: '" + upgrade.type + "'");
    }
    const auto scope = t.path.field("filters");
    upgrade.filters = toChain(t, message.filters(), FilterChainKind::kUpgrade);
    out.upgrades.push_back(std::move(upgrade));
  });
}

void setFilters(Translation& t, const Hcm& m, http::HcmOptions& out) {
  const auto scope = t.path.field("http_filters");
  if (m.http_filters_size() == 0) t.refuse("an empty chain is not supported: its last filter must be the router");
  out.filters = toChain(t, m.http_filters(), FilterChainKind::kDownstream);
}

// The options of their own message, and the deprecated fields beside it: Envoy takes either.
void setLogTimes(Translation& t, const Hcm& m, http::HcmOptions& out) {
  const auto& options = m.access_log_options();
  if (m.has_access_log_options() && (m.has_access_log_flush_interval() || m.flush_access_log_on_new_request())) {
    t.refuse("access_log_options",
             "Only one of access_log_options or access_log_flush_interval and "
             "flush_access_log_on_new_request can be specified.");
  }
  out.logOnNewRequest = m.flush_access_log_on_new_request() || options.flush_access_log_on_new_request();
  setDuration(t, "access_log_flush_interval", m.has_access_log_flush_interval(), m.access_log_flush_interval(),
              out.logInterval);
  const auto scope = t.path.field("access_log_options");
  setDuration(t, "access_log_flush_interval", options.has_access_log_flush_interval(),
              options.access_log_flush_interval(), out.logInterval);
}

}  // namespace

std::shared_ptr<const http::HcmOptions> toHcm(Translation& t, const Hcm& message) {
  auto out = std::make_shared<http::HcmOptions>();
  out->statPrefix = message.stat_prefix();
  if (message.has_route_config()) {
    const auto scope = t.path.field("route_config");
    out->routes = toRouteConfig(t, message.route_config());
    out->routeConfigName = message.route_config().name();
  }
  if (message.has_scoped_routes()) {
    const auto scope = t.path.field("scoped_routes");
    out->scopedRoutes = toScopedRoutes(t, message.scoped_routes());
  }
  setTimeouts(t, message, *out);
  setCommonOptions(t, message, *out);
  setHttp1Options(t, message, *out);
  setHeaderOptions(t, message, *out);
  setHeads(t, message, *out);
  setHttp2Options(t, message, *out);
  setLogTimes(t, message, *out);
  setFilters(t, message, *out);
  setUpgrades(t, message, *out);
  if (message.has_local_reply_config()) {
    const auto scope = t.path.field("local_reply_config");
    out->localReplies = toLocalReplies(t, message.local_reply_config());
  }
  for (int i = 0; i < message.access_log_size(); ++i) {
    const auto scope = t.path.field("access_log");
    const auto item = t.path.index(i);
    out->accessLogs.push_back(toAccessLog(t, message.access_log(i)));
  }
  return out;
}

}  // namespace orrery::config
