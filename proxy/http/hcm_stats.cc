#include "proxy/http/hcm_stats.h"

namespace orrery::http {

HcmStats::HcmStats(stats::Layout& layout, const std::string& statPrefix, const std::string& listenerPrefix)
    : http2(layout, "http2.") {
  const std::string prefix = "http." + statPrefix + ".";
#define ORRERY_X(name) name = layout.counter(prefix + #name);
  ORRERY_HCM_COUNTERS(ORRERY_X)
#undef ORRERY_X
#define ORRERY_X(name) name = layout.gauge(prefix + #name);
  ORRERY_HCM_GAUGES(ORRERY_X)
#undef ORRERY_X
#define ORRERY_X(name) name = layout.histogram(prefix + #name);
  ORRERY_HCM_HISTOGRAMS(ORRERY_X)
#undef ORRERY_X
  // Counted by tracing, which is not there yet; the names are, as in Envoy. Only health checks count without it.
  tracingHealthCheck = layout.counter(prefix + "tracing.health_check");
  for (const char* name : {"client_enabled", "not_traceable", "random_sampling", "service_forced"}) {
    layout.counter(prefix + "tracing." + name);
  }
  classes = {stats::CounterId{}, downstream_rq_1xx, downstream_rq_2xx,
             downstream_rq_3xx,  downstream_rq_4xx, downstream_rq_5xx};
  const std::string ofListener = listenerPrefix + "." + prefix + "downstream_rq_";
  listenerCompleted = layout.counter(ofListener + "completed");
  for (size_t i = 1; i < listenerClasses.size(); ++i) {
    listenerClasses[i] = layout.counter(ofListener + std::to_string(i) + "xx");
  }
  droppedUnderscores = layout.counter("http1.dropped_headers_with_underscores");
  rejectedUnderscores = layout.counter("http1.requests_rejected_with_underscores_in_headers");
  connection = {downstream_cx_rx_bytes_total, downstream_cx_rx_bytes_buffered, downstream_cx_tx_bytes_total,
                downstream_cx_tx_bytes_buffered, downstream_cx_delayed_close_timeout};
}

void HcmStats::countResponse(stats::Block& block, uint32_t status) const {
  const uint32_t c = status / 100;
  block.add(downstream_rq_completed);
  block.add(listenerCompleted);
  if (c == 0 || c >= classes.size()) return;
  block.add(classes[c]);
  block.add(listenerClasses[c]);
}

}  // namespace orrery::http
