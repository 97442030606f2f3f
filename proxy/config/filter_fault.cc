#include "envoy/extensions/filters/http/fault/v3/fault.pb.h"
#include "proxy/config/filter_pieces.h"
#include "proxy/config/filter_translator.h"
#include "proxy/config/translate_value.h"
#include "proxy/filters/http/fault/fault_options.h"

namespace orrery::config {

namespace {

namespace fault = filters::fault;
using FaultMessage = envoy::extensions::filters::http::fault::v3::HTTPFault;
using FaultAbortMessage = envoy::extensions::filters::http::fault::v3::FaultAbort;

fault::FaultOptions::Abort toAbort(const FaultAbortMessage& m) {
  fault::FaultOptions::Abort out;
  out.percentage = toFraction(m.percentage());
  out.byHeader = m.has_header_abort();
  if (m.error_type_case() == FaultAbortMessage::kHttpStatus) out.httpStatus = m.http_status();
  if (m.error_type_case() == FaultAbortMessage::kGrpcStatus) out.grpcStatus = m.grpc_status();
  if (!m.response_body().empty()) out.body = m.response_body();
  return out;
}

void setKey(Translation& t, const std::string& given, std::string& key) {
  if (!given.empty()) key = given;
  t.runtimeKeys.insert(key);
}

fault::FaultOptions toFault(Translation& t, const FaultMessage& m) {
  fault::FaultOptions out;
  if (m.has_delay()) {
    const auto scope = t.path.field("delay");
    auto& delay = out.delay.emplace();
    delay.percentage = toFraction(m.delay().percentage());
    if (m.delay().has_fixed_delay()) delay.fixed = toDuration(t, "fixed_delay", m.delay().fixed_delay());
  }
  if (m.has_abort()) out.abort = toAbort(m.abort());
  if (m.has_response_rate_limit()) {
    auto& limit = out.rateLimit.emplace();
    limit.percentage = toFraction(m.response_rate_limit().percentage());
    if (m.response_rate_limit().has_fixed_limit()) {
      limit.kilobytesPerSecond = m.response_rate_limit().fixed_limit().limit_kbps();
    }
  }
  out.upstreamCluster = m.upstream_cluster();
  out.headers = toReadyMatchers(t, "headers", m.headers());
  out.downstreamNodes.assign(m.downstream_nodes().begin(), m.downstream_nodes().end());
  if (m.has_max_active_faults()) out.maxActiveFaults = m.max_active_faults().value();
  out.countByDownstreamCluster = !m.disable_downstream_cluster_stats();
  out.metadata = toObject(m.filter_metadata());
  setKey(t, m.delay_percent_runtime(), out.delayPercentKey);
  setKey(t, m.abort_percent_runtime(), out.abortPercentKey);
  setKey(t, m.delay_duration_runtime(), out.delayDurationKey);
  setKey(t, m.abort_http_status_runtime(), out.abortHttpStatusKey);
  setKey(t, m.abort_grpc_status_runtime(), out.abortGrpcStatusKey);
  setKey(t, m.max_active_faults_runtime(), out.maxActiveFaultsKey);
  setKey(t, m.response_rate_limit_percent_runtime(), out.rateLimitPercentKey);
  return out;
}

}  // namespace

const FilterTranslator kFaultTranslator{.typeName = "envoy.filters.http.fault",
                                        .message = "envoy.extensions.filters.http.fault.v3.HTTPFault",
                                        .translate = translated<FaultMessage, toFault>,
                                        .routeMessage = "envoy.extensions.filters.http.fault.v3.HTTPFault",
                                        .translateRoute = translated<FaultMessage, toFault>};

}  // namespace orrery::config
