#include "envoy/extensions/filters/http/bandwidth_limit/v3/bandwidth_limit.pb.h"
#include "proxy/config/filter_translator.h"
#include "proxy/filters/http/bandwidth_limit/bandwidth_limit_options.h"

namespace orrery::config {

namespace {

using BandwidthMessage = envoy::extensions::filters::http::bandwidth_limit::v3::BandwidthLimit;

filters::bandwidth_limit::BandwidthLimitOptions toBandwidth(Translation& t, const BandwidthMessage& m) {
  filters::bandwidth_limit::BandwidthLimitOptions out;
  out.statPrefix = m.stat_prefix();
  out.request =
      m.enable_mode() == BandwidthMessage::REQUEST || m.enable_mode() == BandwidthMessage::REQUEST_AND_RESPONSE;
  out.response =
      m.enable_mode() == BandwidthMessage::RESPONSE || m.enable_mode() == BandwidthMessage::REQUEST_AND_RESPONSE;
  out.responseTrailers = m.enable_response_trailers();
  if (!m.response_trailer_prefix().empty()) out.trailerPrefix = m.response_trailer_prefix() + "-";
  constexpr uint64_t kMost = uint64_t{1} << 30;
  if (m.has_limit_kbps()) out.kilobytesPerSecond = std::min(m.limit_kbps().value(), kMost);
  if (m.has_fill_interval()) out.fillInterval = toDuration(t, "fill_interval", m.fill_interval());
  if (m.has_runtime_enabled()) out.enabled = toFlag(t, m.runtime_enabled());
  return out;
}

filters::bandwidth_limit::BandwidthLimitOptions toBandwidthRoute(Translation& t, const BandwidthMessage& m) {
  if (!m.has_limit_kbps()) t.refuse("bandwidth limit filter: limit must be set for per route filter config");
  return toBandwidth(t, m);
}

}  // namespace

const FilterTranslator kBandwidthLimitTranslator{
    .typeName = "envoy.filters.http.bandwidth_limit",
    .message = "envoy.extensions.filters.http.bandwidth_limit.v3.BandwidthLimit",
    .translate = translated<BandwidthMessage, toBandwidth>,
    .routeMessage = "envoy.extensions.filters.http.bandwidth_limit.v3.BandwidthLimit",
    .translateRoute = translated<BandwidthMessage, toBandwidthRoute>};

}  // namespace orrery::config
