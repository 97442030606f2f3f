#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "proxy/base/status.h"
#include "proxy/config/bootstrap.h"
#include "proxy/http/hcm_config.h"
#include "proxy/net/listener_stats.h"
#include "proxy/runtime/runtime.h"
#include "proxy/server/server_stats.h"
#include "proxy/stats/layout.h"
#include "proxy/upstream/cluster_set.h"

namespace orrery::server {

// One listener made ready: its options with the statistics and the connection manager compiled.
struct CompiledListener {
  const net::ListenerOptions* options;
  net::ListenerStats stats;
  std::shared_ptr<const http::CompiledHcm> hcm;
};

// A bootstrap made ready to run: statistics registered, routes and expressions compiled. Deeply const, so that servers,
// and simulated worlds by the thousand, share one.
//
// Threading: any. Errors: compile() names what cannot be compiled.
class CompiledBootstrap {
 public:
  static Result<std::shared_ptr<const CompiledBootstrap>> compile(std::shared_ptr<const config::Bootstrap> bootstrap,
                                                                  uint32_t concurrency);

  const config::Bootstrap& bootstrap() const { return *bootstrap_; }
  uint32_t concurrency() const { return concurrency_; }
  const stats::Layout& layout() const { return layout_; }
  const ServerStats& serverStats() const { return serverStats_; }
  const std::vector<CompiledListener>& listeners() const { return listeners_; }
  const std::shared_ptr<const upstream::ClusterSet>& clusters() const { return clusters_; }
  const std::shared_ptr<const runtime::Snapshot>& runtime() const { return runtime_; }
  // The upstream filters of clusters, one cluster's behind the other's, and by cluster where its own are; none: it has none.
  const http::PlannedFilters& clusterFilters() const { return clusterFilters_; }
  const std::vector<std::optional<http::CompiledHcm::Chain>>& clusterChains() const { return clusterChains_; }

 private:
  CompiledBootstrap(std::shared_ptr<const config::Bootstrap> bootstrap, uint32_t concurrency);
  void planClusterFilters();
  std::vector<std::shared_ptr<http::FilterPlan>> planHcm(const http::HcmOptions& options);

  std::shared_ptr<const config::Bootstrap> bootstrap_;
  uint32_t concurrency_;
  stats::Layout layout_;
  ServerStats serverStats_;
  std::vector<CompiledListener> listeners_;
  std::shared_ptr<const upstream::ClusterSet> clusters_;
  std::shared_ptr<const runtime::Snapshot> runtime_;
  http::PlannedFilters clusterFilters_;
  std::vector<std::optional<http::CompiledHcm::Chain>> clusterChains_;
};

}  // namespace orrery::server
