#include "proxy/net/listener_stats.h"

#include <algorithm>

namespace orrery::net {

ListenerStats::ListenerStats(stats::Layout& layout, const std::string& prefix, uint32_t workerCount) {
#define ORRERY_X(name) name = layout.counter(prefix + "." #name);
  ORRERY_LISTENER_COUNTERS(ORRERY_X)
#undef ORRERY_X
  downstream_cx_active = layout.gauge(prefix + ".downstream_cx_active");
  downstream_pre_cx_active = layout.gauge(prefix + ".downstream_pre_cx_active");
  connections_accepted_per_socket_event = layout.histogram(prefix + ".connections_accepted_per_socket_event");
  downstream_cx_length_ms = layout.histogram(prefix + ".downstream_cx_length_ms");
  for (uint32_t i = 0; i < workerCount; ++i) {
    const std::string worker = prefix + ".worker_" + std::to_string(i);
    workers.push_back(
        {layout.counter(worker + ".downstream_cx_total"), layout.gauge(worker + ".downstream_cx_active")});
  }
}

std::string listenerStatPrefix(std::string_view addressOrPrefix) {
  std::string out = "listener.";
  out += addressOrPrefix;
  std::replace(out.begin() + 9, out.end(), ':', '_');
  return out;
}

}  // namespace orrery::net
