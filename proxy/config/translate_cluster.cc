#include <google/protobuf/any.pb.h>
#include <google/protobuf/duration.pb.h>

#include <utility>

#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/extensions/upstreams/http/v3/http_protocol_options.pb.h"
#include "envoy/extensions/upstreams/tcp/v3/tcp_protocol_options.pb.h"
#include "proxy/config/map_key.h"
#include "proxy/config/translate.h"
#include "proxy/config/translate_balancing.h"
#include "proxy/config/translate_filter_chain.h"
#include "proxy/config/translate_headers.h"
#include "proxy/config/translate_value.h"

// Envoy's deprecated fields are honoured where it honours them.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace orrery::config {

namespace {

using envoy::config::cluster::v3::Cluster;
using ProtocolOptions = envoy::extensions::upstreams::http::v3::HttpProtocolOptions;

using TcpOptions = envoy::extensions::upstreams::tcp::v3::TcpProtocolOptions;

constexpr std::string_view kTcpOptionsName = "envoy.extensions.upstreams.tcp.v3.TcpProtocolOptions";
constexpr std::string_view kProtocolOptionsName = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

void setCommonOptions(Translation& t, const envoy::config::core::v3::HttpProtocolOptions& message,
                      upstream::ClusterOptions& out) {
  const auto scope = t.path.field("common_http_protocol_options");
  if (message.has_idle_timeout()) out.idleTimeout = toDuration(t, "idle_timeout", message.idle_timeout());
  if (message.has_max_connection_duration()) {
    out.maxConnectionDuration = toDuration(t, "max_connection_duration", message.max_connection_duration());
  }
  if (message.has_max_headers_count()) {
    out.maxResponseHeadersCount = out.http2.headers.maxCount = message.max_headers_count().value();
  }
  if (message.has_max_response_headers_kb()) {
    out.maxResponseHeadersKb = message.max_response_headers_kb().value();
    out.http2.headers.maxBytes = out.maxResponseHeadersKb * 1024;
  }
  if (message.has_max_requests_per_connection()) {
    out.maxRequestsPerConnection = message.max_requests_per_connection().value();
  }
  if (message.has_max_stream_duration()) {
    out.maxStreamDuration = toDuration(t, "max_stream_duration", message.max_stream_duration());
  }
}

// What is of requests that come in is not looked at, as in Envoy.
void setHttp1Options(Translation& t, const envoy::config::core::v3::Http1ProtocolOptions& message,
                     upstream::ClusterOptions& out) {
  const auto scope = t.path.field("http_protocol_options");
  out.http1.properCaseHeaders = message.header_key_format().has_proper_case_words();
  out.http1.preserveCase = toPreserveCase(t, message.header_key_format());
  out.http1.enableTrailers = message.enable_trailers();
  out.http1.allowChunkedLength = message.allow_chunked_length();
  out.http1.fullyQualifiedUrl = message.send_fully_qualified_url();
}

void setHttp2Options(Translation& t, const envoy::config::core::v3::Http2ProtocolOptions& message,
                     upstream::ClusterOptions& out) {
  const auto scope = t.path.field("http2_protocol_options");
  out.http2Upstream = true;
  setHttp2(t, message, false, out.http2, out.http2Keepalive);
}

// The clusters that mirror are found when all are known (bootstrap.cc).
void setRequestPolicies(Translation& t, const ProtocolOptions& message, upstream::ClusterOptions& out) {
  forEachOf(t, "hash_policy", message.hash_policy(),
            [&](const auto& policy) { out.hashPolicies.push_back(toHashPolicy(t, policy)); });
  out.mirrors = toMirrors(t, message.request_mirror_policies(), false);
  if (!message.has_retry_policy()) return;
  const auto scope = t.path.field("retry_policy");
  out.retry = toRetryPolicy(t, message.retry_policy());
}

void setProtocolOptions(Translation& t, const Cluster& message, upstream::ClusterOptions& out) {
  if (message.has_max_requests_per_connection()) {
    out.maxRequestsPerConnection = message.max_requests_per_connection().value();
  }
  if (message.has_common_http_protocol_options()) setCommonOptions(t, message.common_http_protocol_options(), out);
  if (message.has_http_protocol_options()) setHttp1Options(t, message.http_protocol_options(), out);
  if (message.has_http2_protocol_options()) setHttp2Options(t, message.http2_protocol_options(), out);
  const auto scope = t.path.field("typed_extension_protocol_options");
  const auto* field = Cluster::descriptor()->FindFieldByNumber(Cluster::kTypedExtensionProtocolOptionsFieldNumber);
  for (const auto* entry : mapEntries(message, *field)) {
    const std::string key = mapKeyText(*entry);
    const auto item = t.path.key(key);
    ProtocolOptions options;
    TcpOptions tcp;
    const auto& any = message.typed_extension_protocol_options().at(key);
    if (key == kTcpOptionsName) {
      if (!any.Is<TcpOptions>() || !any.UnpackTo(&tcp)) {
        t.refuse("expected a message of type " + std::string(kTcpOptionsName));
      } else if (tcp.has_idle_timeout()) {
        out.tcpIdleTimeout = toDuration(t, "idle_timeout", tcp.idle_timeout());
      }
    } else if (key != kProtocolOptionsName) {
      t.refuse("Didn't find a registered network or http filter or protocol options implementation for name: '" + key +
               "'");
    } else if (!any.Is<ProtocolOptions>() || !any.UnpackTo(&options)) {
      t.refuse("expected a message of type " + std::string(kProtocolOptionsName));
    } else {
      if (options.has_common_http_protocol_options()) setCommonOptions(t, options.common_http_protocol_options(), out);
      setRequestPolicies(t, options, out);
      if (options.http_filters_size() > 0) {
        const auto filters = t.path.field("http_filters");
        out.upstreamFilters = toChain(t, options.http_filters(), FilterChainKind::kCluster);
      }
      const auto config = t.path.field("explicit_http_config");
      const auto& http = options.explicit_http_config();
      // Where these options are given, the deprecated ones beside them do not count.
      out.http2Upstream = false;
      if (http.has_http2_protocol_options()) setHttp2Options(t, http.http2_protocol_options(), out);
      setHttp1Options(t, http.http_protocol_options(), out);
    }
  }
}

void setThresholds(Translation& t, const envoy::config::cluster::v3::CircuitBreakers::Thresholds& message,
                   upstream::CircuitBreakerThresholds& out) {
  if (message.has_max_connections()) out.maxConnections = message.max_connections().value();
  if (message.has_max_pending_requests()) out.maxPendingRequests = message.max_pending_requests().value();
  if (message.has_max_requests()) out.maxRequests = message.max_requests().value();
  if (message.has_max_retries()) out.maxRetries = message.max_retries().value();
  if (message.has_max_connection_pools()) out.maxPools = message.max_connection_pools().value();
  out.trackRemaining = message.track_remaining();
  if (!message.has_retry_budget()) return;
  const auto scope = t.path.field("retry_budget");
  upstream::RetryBudget& budget = out.retryBudget.emplace();
  if (message.retry_budget().has_budget_percent()) budget.percent = message.retry_budget().budget_percent().value();
  if (message.retry_budget().has_min_retry_concurrency()) {
    budget.leastRetries = message.retry_budget().min_retry_concurrency().value();
  }
  if (message.retry_budget().has_budget_interval()) {
    const Duration interval = toDuration(t, "budget_interval", message.retry_budget().budget_interval());
    if (interval >= Duration::milliseconds(1)) budget.interval = interval;  // Envoy counts in whole milliseconds
  }
}

void setBreakers(Translation& t, const Cluster& message, upstream::ClusterOptions& out) {
  const auto scope = t.path.field("circuit_breakers");
  bool foundDefault = false;
  bool foundHigh = false;
  forEachOf(t, "thresholds", message.circuit_breakers().thresholds(), [&](const auto& thresholds) {
    const bool high = thresholds.priority() == envoy::config::core::v3::HIGH;
    // The first of a priority counts, as in Envoy.
    if (std::exchange(high ? foundHigh : foundDefault, true)) return;
    setThresholds(t, thresholds, high ? out.highBreakers : out.breakers);
  });
  bool foundDefaultOfHost = false;
  bool foundHighOfHost = false;
  forEachOf(t, "per_host_thresholds", message.circuit_breakers().per_host_thresholds(), [&](const auto& thresholds) {
    if (thresholds.has_max_pending_requests() || thresholds.has_max_requests() || thresholds.has_max_retries() ||
        thresholds.has_max_connection_pools() || thresholds.has_retry_budget()) {
      t.refuse("Unsupported field in per_host_thresholds");
    }
    const bool high = thresholds.priority() == envoy::config::core::v3::HIGH;
    if (std::exchange(high ? foundHighOfHost : foundDefaultOfHost, true) || !thresholds.has_max_connections()) return;
    (high ? out.highBreakers : out.breakers).maxConnectionsPerHost = thresholds.max_connections().value();
  });
}

}  // namespace

upstream::ClusterOptions toCluster(Translation& t, const Cluster& message) {
  upstream::ClusterOptions out;
  out.name = message.name();
  out.metadata = toMetadata(message.metadata());
  out.altStatName = message.alt_stat_name();
  if (message.has_connect_timeout()) out.connectTimeout = toDuration(t, "connect_timeout", message.connect_timeout());
  if (message.has_per_connection_buffer_limit_bytes()) {
    out.perConnectionBufferLimit = message.per_connection_buffer_limit_bytes().value();
  }
  setLoadBalancing(t, message, out);
  setEndpoints(t, message, out);
  setBreakers(t, message, out);
  setProtocolOptions(t, message, out);
  if (message.upstream_connection_options().has_tcp_keepalive()) {
    out.socket.keepalive = toKeepalive(message.upstream_connection_options().tcp_keepalive());
  }
  if (message.upstream_bind_config().has_source_address()) {
    const auto scope = t.path.field("upstream_bind_config");
    const auto address = t.path.field("source_address");
    out.socket.bind = toAddress(t, message.upstream_bind_config().source_address());
  }
  if (message.has_transport_socket() && message.transport_socket().typed_config().type_url().empty()) {
    const auto at = t.path.field("transport_socket");
    refuseUnregistered(t, message.transport_socket().name(), "");
  }
  return out;
}

}  // namespace orrery::config
