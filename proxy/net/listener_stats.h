#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/stats/layout.h"

namespace orrery::net {

// Statistics of one listener below "listener.<address>.", by Envoy's names.
#define ORRERY_LISTENER_COUNTERS(X)                 \
  X(downstream_cx_destroy)                          \
  X(downstream_cx_overflow)                         \
  X(downstream_cx_overload_reject)                  \
  X(downstream_cx_total)                            \
  X(downstream_cx_transport_socket_connect_timeout) \
  X(downstream_global_cx_overflow)                  \
  X(downstream_listener_filter_error)               \
  X(downstream_listener_filter_remote_close)        \
  X(downstream_pre_cx_timeout)                      \
  X(extension_config_missing)                       \
  X(network_extension_config_missing)               \
  X(no_filter_chain_match)

struct ListenerStats {
#define ORRERY_X(name) stats::CounterId name;
  ORRERY_LISTENER_COUNTERS(ORRERY_X)
#undef ORRERY_X
  stats::GaugeId downstream_cx_active;
  stats::GaugeId downstream_pre_cx_active;
  stats::HistogramId connections_accepted_per_socket_event;
  stats::HistogramId downstream_cx_length_ms;
  struct PerWorker {
    stats::CounterId downstream_cx_total;
    stats::GaugeId downstream_cx_active;
  };
  std::vector<PerWorker> workers;

  // `prefix` is "listener.127.0.0.1_10000".
  ListenerStats(stats::Layout& layout, const std::string& prefix, uint32_t workerCount);
};

// "listener.127.0.0.1_10000" from an address text or a configured stat_prefix: colons become underscores.
std::string listenerStatPrefix(std::string_view addressOrPrefix);

}  // namespace orrery::net
