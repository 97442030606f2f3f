#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "proxy/access_log/access_logger.h"
#include "proxy/io/environment.h"
#include "proxy/net/active_listener.h"
#include "proxy/net/worker.h"
#include "proxy/server/compiled_bootstrap.h"
#include "proxy/upstream/cluster_manager.h"

namespace orrery::server {

// Everything of one worker: made by the main thread, then start() and all else on the worker's thread.
//
// Lifetime: owned by the Server; destroyed after the worker's thread was joined. Threading: as said per method.
class WorkerRuntime {
 public:
  struct Parts {
    const CompiledBootstrap& compiled;
    upstream::SharedClusters& clusters;
    // filterStates[listener][filter]; null for filters whose workers share nothing.
    const std::vector<std::vector<std::unique_ptr<http::FilterShared>>>& filterStates;
    const std::vector<std::unique_ptr<http::FilterShared>>& clusterFilterStates;  // of compiled.clusterFilters()
    access_log::LogFiles& logFiles;
    Duration fileFlushInterval;
    std::string localAddress;
  };
  // Main thread.
  WorkerRuntime(uint32_t index, io::Dispatcher& dispatcher, io::Environment& environment, const Parts& parts,
                events::Sink& sink, std::shared_ptr<const runtime::Snapshot> runtime);
  ~WorkerRuntime();

  // Worker thread. sockets[listener] are this worker's, one per address.
  void start(const std::vector<std::vector<std::shared_ptr<io::ListenSocket>>>& sockets);
  void stopListening();
  net::Drain& drain() { return worker_.drain; }
  void setRuntime(std::shared_ptr<const runtime::Snapshot> runtime) { worker_.runtime = std::move(runtime); }
  // Closes everything, then ends the dispatcher's loop.
  void shutdown();

  // Main thread; cells are readable by any.
  const stats::Block& stats() const { return worker_.stats; }
  stats::Block& mutableStats() { return worker_.stats; }
  net::Worker& worker() { return worker_; }
  const upstream::ClusterManager* clusterManager() const { return clusterManager_.get(); }

 private:
  std::unique_ptr<net::SessionFactory> newSessionFactory(size_t listener);
  void setClusterFilters();
  access_log::AccessLoggers newLoggers(std::span<const access_log::AccessLogOptions> options);
  void finish();

  net::Worker worker_;
  Parts parts_;
  std::unique_ptr<upstream::ClusterManager> clusterManager_;
  std::vector<std::unique_ptr<net::ActiveListener>> listeners_;
  io::Task finishTask_;
};

}  // namespace orrery::server
