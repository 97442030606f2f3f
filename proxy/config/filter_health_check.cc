#include "envoy/extensions/filters/http/health_check/v3/health_check.pb.h"
#include "proxy/base/sorted.h"
#include "proxy/config/filter_pieces.h"
#include "proxy/config/filter_translator.h"
#include "proxy/filters/http/health_check/health_check_options.h"

namespace orrery::config {

namespace {

using HealthCheckMessage = envoy::extensions::filters::http::health_check::v3::HealthCheck;

filters::health_check::HealthCheckOptions toHealthCheck(Translation& t, const HealthCheckMessage& m) {
  filters::health_check::HealthCheckOptions out;
  out.passThrough = m.pass_through_mode().value();
  if (m.has_cache_time()) out.cacheTime = toDuration(t, "cache_time", m.cache_time());
  if (!out.passThrough && !out.cacheTime.isZero()) {
    t.refuse("cache_time_ms must not be set when path_through_mode is disabled");
  }
  for (const auto* entry : sorted(m.cluster_min_healthy_percentages())) {
    out.minHealthyPercentages[entry->first] = static_cast<uint64_t>(entry->second.value());
  }
  out.headers = toReadyMatchers(t, "headers", m.headers());
  return out;
}

}  // namespace

const FilterTranslator kHealthCheckTranslator{.typeName = "envoy.filters.http.health_check",
                                              .message = "envoy.extensions.filters.http.health_check.v3.HealthCheck",
                                              .translate = translated<HealthCheckMessage, toHealthCheck>,
                                              .routeMessage = {}};

}  // namespace orrery::config
