#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "proxy/base/time.h"
#include "proxy/runtime/runtime.h"
#include "proxy/stats/block.h"
#include "proxy/upstream/shared_clusters.h"

namespace orrery::admin {

enum class ServerState : uint8_t { kLive, kDraining, kPreInitializing, kInitializing };

// What /server_info shows. Field names of the reply are Envoy's (envoy.admin.v3.ServerInfo).
struct ServerInfo {
  std::string version;  // "<revision>/<version>/<status>/<type>/<tls>" in Envoy; here "<revision>/<version>/..."
  ServerState state = ServerState::kLive;
  Duration uptime;
  std::string nodeId;
  std::string nodeCluster;
  uint32_t concurrency = 1;
  uint64_t baseId = 0;
  Duration drainTime = Duration::seconds(600);
  std::string configPath;
};

struct ListenerSnapshot {
  std::string name;
  std::vector<std::string> addresses;  // "127.0.0.1:10000", as bound
};

// What the admin endpoint asks of the server, and may ask it to do. Implemented by proxy/server. Threading: main.
// Re-entry: every method returns before it has an effect on admin's own connections (quit() only schedules).
class AdminHost {
 public:
  virtual ServerInfo serverInfo() = 0;
  virtual std::vector<ListenerSnapshot> listeners() = 0;
  virtual const upstream::SharedClusters& clusters() = 0;
  virtual const stats::Layout& statsLayout() = 0;
  // One block per worker and the main thread's own; summed here.
  virtual std::span<const stats::Block* const> statsBlocks() = 0;
  // Writes the gauges that are computed on demand (server.uptime, breakers, ...) into the main thread's block.
  virtual void refreshGauges() = 0;
  // The layers with the admin layer's present values.
  virtual const runtime::RuntimeOptions& runtimeLayers() = 0;

  // Sets keys of the admin layer; an empty value removes the key. False: there is no admin layer.
  virtual bool modifyRuntime(const std::vector<std::pair<std::string, std::string>>& changes) = 0;
  // /healthcheck/fail (true) and /ok.
  virtual void failHealthCheck(bool fail) = 0;
  // /drain_listeners: stops listening; graceful: after a drain sequence.
  virtual void drainListeners(bool graceful, bool inboundOnly) = 0;
  virtual void resetCounters() = 0;
  // /quitquitquit: ends the process soon, requests in flight are dropped (measured at Envoy 1.40).
  virtual void quit() = 0;

 protected:
  ~AdminHost() = default;
};

}  // namespace orrery::admin
