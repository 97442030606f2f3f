#include "proxy/server/server_stats.h"

namespace orrery::server {

ServerStats::ServerStats(stats::Layout& layout)
    : live(layout.gauge("server.live")),
      uptime(layout.gauge("server.uptime")),
      concurrency(layout.gauge("server.concurrency")),
      state(layout.gauge("server.state")),
      totalConnections(layout.gauge("server.total_connections")),
      hotRestartEpoch(layout.gauge("server.hot_restart_epoch")),
      parentConnections(layout.gauge("server.parent_connections")),
      listenersActive(layout.gauge("listener_manager.total_listeners_active")),
      workersStarted(layout.gauge("listener_manager.workers_started")),
      listenerAdded(layout.counter("listener_manager.listener_added")),
      listenerCreateSuccess(layout.counter("listener_manager.listener_create_success")),
      listenerCreateFailure(layout.counter("listener_manager.listener_create_failure")),
      activeClusters(layout.gauge("cluster_manager.active_clusters")),
      clusterAdded(layout.counter("cluster_manager.cluster_added")),
      runtimeLayers(layout.gauge("runtime.num_layers")),
      runtimeKeys(layout.gauge("runtime.num_keys")),
      runtimeLoadSuccess(layout.counter("runtime.load_success")) {}

}  // namespace orrery::server
