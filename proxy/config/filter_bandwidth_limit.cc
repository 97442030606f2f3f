#include "envoy/extensions/filters/http/bandwidth_limit/v3/bandwidth_limit.pb.h"
#include "proxy/config/filter_translator.h"
#include "proxy/filters/http/bandwidth_limit/bandwidth_limit_options.h"

namespace orrery::config {

namespace {

using BandwidthMessage = envoy::extensions::filters::http::bandwidth_limit::v3::BandwidthLimit;

filters::bandwidth_limit::BandwidthLimitOptions toBandwidth(Translation& t, const BandwidthMessage& m, bool ofRoute) {
  filters::bandwidth_limit::BandwidthLimitOptions out;
  out.statPrefix = m.stat_prefix();
  out.request =
      m.enable_mode() == BandwidthMessage::REQUEST || m.enable_mode() == BandwidthMessage::REQUEST_AND_RESPONSE;
  out.response =
      m.enable_mode() == BandwidthMessage::RESPONSE || m.enable_mode() == BandwidthMessage::REQUEST_AND_RESPONSE;
  if (m.has_limit_kbps()) {
    constexpr uint64_t kMost = uint64_t{1} << 30;
    out.kilobytesPerSecond = std::min(m.limit_kbps().value(), kMost);
  } else if (ofRoute) {
    t.refuse("bandwidth limit filter: limit must be set for per route filter config");
  }
  if (m.has_fill_interval()) out.fillInterval = toDuration(t, "fill_interval", m.fill_interval());
  if (m.has_runtime_enabled()) {
    out.enabled = m.runtime_enabled().default_value().value();
    out.enabledKey = m.runtime_enabled().runtime_key();
    t.runtimeKeys.insert(out.enabledKey);
  }
  return out;
}

filters::bandwidth_limit::BandwidthLimitOptions toBandwidthChain(Translation& t, const BandwidthMessage& m) {
  return toBandwidth(t, m, false);
}
filters::bandwidth_limit::BandwidthLimitOptions toBandwidthRoute(Translation& t, const BandwidthMessage& m) {
  return toBandwidth(t, m, true);
}

}  // namespace

const FilterTranslator kBandwidthLimitTranslator{
    .typeName = "envoy.filters.http.bandwidth_limit",
    .message = "envoy.extensions.filters.http.bandwidth_limit.v3.BandwidthLimit",
    .translate = translated<BandwidthMessage, toBandwidthChain>,
    .routeMessage = "envoy.extensions.filters.http.bandwidth_limit.v3.BandwidthLimit",
    .translateRoute = translated<BandwidthMessage, toBandwidthRoute>};

}  // namespace orrery::config
