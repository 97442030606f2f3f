#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proxy/admin/admin_server.h"
#include "proxy/base/status.h"
#include "proxy/io/environment.h"
#include "proxy/server/compiled_bootstrap.h"
#include "proxy/server/server_options.h"
#include "proxy/server/worker_runtime.h"

namespace orrery::server {

// The proxy: opens the listeners of a compiled bootstrap, runs N workers, serves the admin endpoint.
//
//   Server server(environment, compiled, options, sink);
//   if (Status s = server.start(); !s) ...            // nothing is left running after a failure
//   environment.mainDispatcher.run();                 // until exit(): a signal, /quitquitquit
//   server.shutdown();
//
// Lifetime: environment and sink outlive it; shutdown() before destruction unless start() failed. Threading: all methods
// on the main thread. Errors: start() names what could not be opened, in one line.
class Server final : private admin::AdminHost {
 public:
  Server(io::Environment environment, std::shared_ptr<const CompiledBootstrap> compiled, ServerOptions options,
         events::Sink& sink);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  Status start();
  // Closes every connection at once (as Envoy on SIGTERM), flushes logs, joins the workers.
  void shutdown();
  // Stops accepting; connections go on.
  void stopListening();
  // Opens the log files anew under their paths (SIGUSR1).
  Status reopenLogs();

  // As bound, listener by listener (port 0 is resolved). The admin endpoint's is last if there is one.
  std::vector<io::Address> boundAddresses() const;
  std::vector<const stats::Block*> workerBlocks() const;
  const CompiledBootstrap& compiled() const { return *compiled_; }
  // For "at rest" and leak reports; only while the workers do nothing.
  WorkerRuntime& workerRuntime(size_t i) { return *workers_[i]; }
  // What the circuit breakers count, for checks and tests.
  upstream::SharedClusters& sharedClusters() { return sharedClusters_; }

 private:
  using Sockets =
      std::vector<std::vector<std::vector<std::shared_ptr<io::ListenSocket>>>>;  // [worker][listener][address]

  Status openLogs(std::span<const access_log::AccessLogOptions> logs);
  Result<Sockets> openListeners();
  Status openAdmin();
  // The sockets become their listeners' alone: with these they close.
  void startWorkers(Sockets sockets);
  template <class F>
  void forEachWorker(F f);

  // admin::AdminHost
  admin::ServerInfo serverInfo() override;
  std::vector<admin::ListenerSnapshot> listeners() override;
  const upstream::SharedClusters& clusters() override { return sharedClusters_; }
  const stats::Layout& statsLayout() override { return compiled_->layout(); }
  std::span<const stats::Block* const> statsBlocks() override { return blocks_; }
  void refreshGauges() override;
  const runtime::RuntimeOptions& runtimeLayers() override { return runtime_; }
  bool modifyRuntime(const std::vector<std::pair<std::string, std::string>>& changes) override;
  void failHealthCheck(bool fail) override;
  void drainListeners(bool graceful, bool inboundOnly) override;
  void resetCounters() override;
  void quit() override;

  io::Environment environment_;
  std::shared_ptr<const CompiledBootstrap> compiled_;
  ServerOptions options_;
  events::Sink& sink_;
  runtime::RuntimeOptions runtime_;
  net::Worker mainWorker_;
  upstream::SharedClusters sharedClusters_;
  std::vector<std::vector<std::unique_ptr<http::FilterShared>>> filterStates_;  // [listener][filter]
  std::vector<std::unique_ptr<http::FilterShared>> clusterFilterStates_;        // of compiled_->clusterFilters()
  access_log::LogFiles logFiles_;
  io::Timer drainTimer_;
  std::unique_ptr<admin::AdminServer> admin_;
  std::shared_ptr<io::ListenSocket> adminSocket_;
  std::vector<std::vector<io::Address>> bound_;  // [listener][address]
  std::vector<std::unique_ptr<WorkerRuntime>> workers_;
  std::vector<std::unique_ptr<io::Thread>> threads_;
  std::vector<const stats::Block*> blocks_;
  TimePoint startedAt_;
  bool draining_ = false;
  bool running_ = false;
};

}  // namespace orrery::server
