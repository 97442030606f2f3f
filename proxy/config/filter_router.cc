#include "envoy/extensions/filters/http/router/v3/router.pb.h"
#include "proxy/config/filter_translator.h"
#include "proxy/config/translate_filter_chain.h"
#include "proxy/filters/http/router/router_options.h"

namespace orrery::config {

namespace {

using RouterMessage = envoy::extensions::filters::http::router::v3::Router;

filters::router::RouterOptions toRouter(Translation& t, const RouterMessage& message) {
  filters::router::RouterOptions out;
  out.suppressEnvoyHeaders = message.suppress_envoy_headers();
  out.countsCodes = !message.has_dynamic_stats() || message.dynamic_stats().value();
  out.hidesGrpcCodes = message.suppress_grpc_request_failure_code_stats();
  out.rejectsEarlyData = message.reject_connect_request_early_data().value();
  out.respectExpectedRqTimeout = message.respect_expected_rq_timeout();
  using Kind = filters::router::StrictHeader::Kind;
  for (const std::string& name : message.strict_check_headers()) {
    const Kind kind = name == "x-envoy-retry-on"        ? Kind::kRetryOn
                      : name == "x-envoy-retry-grpc-on" ? Kind::kRetryGrpcOn
                                                        : Kind::kNumber;
    out.strictHeaders.push_back({message::HeaderName(name), kind});
  }
  forEachOf(t, "upstream_log", message.upstream_log(),
            [&](const auto& log) { out.upstreamLogs.push_back(toAccessLog(t, log)); });
  out.logAtPoolReady = message.upstream_log_options().flush_upstream_log_on_upstream_stream();
  if (message.upstream_log_options().has_upstream_log_flush_interval()) {
    const auto scope = t.path.field("upstream_log_options");
    out.logInterval =
        toDuration(t, "upstream_log_flush_interval", message.upstream_log_options().upstream_log_flush_interval());
  }
  return out;
}

std::vector<http::HttpFilterOptions> toUpstream(Translation& t, const google::protobuf::Any& any) {
  RouterMessage message;
  any.UnpackTo(&message);
  const auto scope = t.path.field("upstream_http_filters");
  return toChain(t, message.upstream_http_filters(), FilterChainKind::kRoutersUpstream);
}

}  // namespace

const FilterTranslator kRouterTranslator{.typeName = "envoy.filters.http.router",
                                         .message = "envoy.extensions.filters.http.router.v3.Router",
                                         .translate = translated<RouterMessage, toRouter>,
                                         .routeMessage = {},
                                         .terminal = true,
                                         .upstream = toUpstream};

}  // namespace orrery::config
