#pragma once

#include "proxy/stats/block.h"
#include "proxy/stats/layout.h"

namespace orrery::server {

// Statistics of the process, by Envoy's names ("server.live", "listener_manager.total_listeners_active", ...).
struct ServerStats {
  explicit ServerStats(stats::Layout& layout);
  stats::GaugeId live;
  stats::GaugeId uptime;
  stats::GaugeId concurrency;
  stats::GaugeId state;  // 0 live, 1 draining, 2 pre-initializing, 3 initializing
  stats::GaugeId totalConnections;
  stats::GaugeId hotRestartEpoch;
  stats::GaugeId parentConnections;
  stats::GaugeId listenersActive;
  stats::GaugeId workersStarted;
  stats::CounterId listenerAdded;
  stats::CounterId listenerCreateSuccess;
  stats::CounterId listenerCreateFailure;
  stats::GaugeId activeClusters;
  stats::CounterId clusterAdded;
  stats::GaugeId runtimeLayers;
  stats::GaugeId runtimeKeys;
  stats::CounterId runtimeLoadSuccess;
};

}  // namespace orrery::server
