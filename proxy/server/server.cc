#include "proxy/server/server.h"

#include <algorithm>

#include "proxy/base/assert.h"

namespace orrery::server {

Server::Server(io::Environment environment, std::shared_ptr<const CompiledBootstrap> compiled, ServerOptions options,
               events::Sink& sink)
    : environment_(environment),
      compiled_(std::move(compiled)),
      options_(std::move(options)),
      sink_(sink),
      runtime_(compiled_->bootstrap().runtime),
      mainWorker_(compiled_->concurrency(), environment_.mainDispatcher, compiled_->layout(),
                  environment_.random.child("main"), environment_.entropy, environment_.files, environment_.process,
                  sink, compiled_->runtime()),
      sharedClusters_(compiled_->clusters(), compiled_->concurrency()),
      logFiles_(environment_.files),
      drainTimer_(environment_.mainDispatcher, io::TimerKind::kServerDrain,
                  Delegate<void()>::to<&Server::stopListening>(this)) {}

Server::~Server() { ORRERY_ASSERT(!running_, "shutdown() comes before destruction"); }

Status Server::start() {
  startedAt_ = environment_.mainDispatcher.now();
  for (const CompiledListener& listener : compiled_->listeners()) {
    if (Status s = openLogs(listener.hcm->options->accessLogs); !s) return s;
    for (const auto& plan : listener.hcm->plans) {
      if (Status s = openLogs(plan->accessLogs()); !s) return s;
    }
  }
  auto sockets = openListeners();
  if (!sockets) return std::unexpected(sockets.error());
  if (Status s = openAdmin(); !s) return s;
  for (const CompiledListener& listener : compiled_->listeners()) {
    auto& states = filterStates_.emplace_back();
    for (const auto& plan : listener.hcm->plans) states.push_back(plan->newShared(startedAt_));
  }
  for (const auto& plan : compiled_->clusterFilters().plans)
    clusterFilterStates_.push_back(plan->newShared(startedAt_));
  startWorkers(std::move(*sockets));
  running_ = true;
  const ServerStats& ids = compiled_->serverStats();
  mainWorker_.stats.set(ids.live, 1);
  mainWorker_.stats.set(ids.concurrency, compiled_->concurrency());
  mainWorker_.stats.set(ids.listenersActive, compiled_->listeners().size());
  mainWorker_.stats.set(ids.workersStarted, 1);
  mainWorker_.stats.add(ids.listenerAdded, compiled_->listeners().size());
  mainWorker_.stats.add(ids.listenerCreateSuccess, compiled_->listeners().size() * compiled_->concurrency());
  mainWorker_.stats.set(ids.activeClusters, compiled_->clusters()->size());
  mainWorker_.stats.add(ids.clusterAdded, compiled_->clusters()->size());
  mainWorker_.stats.set(ids.runtimeLayers, runtime_.layers.size());
  mainWorker_.stats.set(ids.runtimeKeys, compiled_->runtime()->values().size());
  mainWorker_.stats.add(ids.runtimeLoadSuccess);
  return {};
}

Status Server::openLogs(std::span<const access_log::AccessLogOptions> logs) {
  for (const access_log::AccessLogOptions& log : logs) {
    if (auto file = logFiles_.open(log.path); !file) return makeError(file.error().message);
  }
  return {};
}

Result<Server::Sockets> Server::openListeners() {
  const uint32_t workers = compiled_->concurrency();
  Sockets sockets(workers);
  bound_.clear();
  for (const CompiledListener& listener : compiled_->listeners()) {
    const net::ListenerOptions& options = *listener.options;
    for (auto& perWorker : sockets) perWorker.emplace_back();
    bound_.emplace_back();
    for (io::Address address : options.addresses) {
      std::shared_ptr<io::ListenSocket> socket;
      for (uint32_t w = 0; w < workers; ++w) {
        // Without reuse-port the workers share one socket; so do those of a unix address.
        if (socket == nullptr || (options.socket.reusePort && address.isIp())) {
          auto opened = environment_.network.listen(address, options.socket);
          if (!opened) {
            return makeError("listener " + options.name + ": cannot listen on " + address.text() + ": " +
                             std::string(io::ioErrorText(opened.error())));
          }
          socket = std::move(*opened);
          address = socket->localAddress();  // port 0 becomes the one that all workers use
        }
        sockets[w].back().push_back(socket);
      }
      bound_.back().push_back(address);
    }
  }
  return sockets;
}

Status Server::openAdmin() {
  const auto& address = compiled_->bootstrap().admin.address;
  if (!address) return {};
  io::ListenOptions options;
  options.reusePort = false;
  auto opened = environment_.network.listen(*address, options);
  if (!opened) {
    return makeError("admin: cannot listen on " + address->text() + ": " +
                     std::string(io::ioErrorText(opened.error())));
  }
  adminSocket_ = std::move(*opened);
  return {};
}

void Server::startWorkers(Sockets sockets) {
  blocks_.push_back(&mainWorker_.stats);
  for (uint32_t w = 0; w < compiled_->concurrency(); ++w) {
    threads_.push_back(environment_.threads.start("wrk:worker_" + std::to_string(w)));
    workers_.push_back(std::make_unique<WorkerRuntime>(
        w, threads_.back()->dispatcher(), environment_,
        WorkerRuntime::Parts{*compiled_, sharedClusters_, filterStates_, clusterFilterStates_, logFiles_,
                             options_.fileFlushInterval, options_.localAddress},
        sink_, mainWorker_.runtime));
    blocks_.push_back(&workers_.back()->stats());
  }
  for (uint32_t w = 0; w < workers_.size(); ++w) {
    threads_[w]->dispatcher().post([runtime = workers_[w].get(), own = std::move(sockets[w])] { runtime->start(own); });
  }
  if (adminSocket_ != nullptr) {
    admin::AdminHost& host = *this;
    admin_ = std::make_unique<admin::AdminServer>(mainWorker_, host);
    admin_->listen(adminSocket_);
  }
}

template <class F>
void Server::forEachWorker(F f) {
  for (uint32_t w = 0; w < workers_.size(); ++w) {
    threads_[w]->dispatcher().post([runtime = workers_[w].get(), f] { f(*runtime); });
  }
}

void Server::shutdown() {
  if (!running_) return;
  running_ = false;
  drainTimer_.disarm();
  mainWorker_.stats.set(compiled_->serverStats().live, 0);
  admin_.reset();
  forEachWorker([](WorkerRuntime& w) { w.shutdown(); });
  for (auto& thread : threads_) thread->join();
  if (options_.onWorkersEnded) options_.onWorkersEnded();
  workers_.clear();
  threads_.clear();
  blocks_.clear();
  bound_.clear();
  adminSocket_.reset();
}

void Server::stopListening() {
  forEachWorker([](WorkerRuntime& w) { w.stopListening(); });
}

Status Server::reopenLogs() { return logFiles_.reopen(); }

std::vector<io::Address> Server::boundAddresses() const {
  std::vector<io::Address> out;
  for (const auto& listener : bound_) out.insert(out.end(), listener.begin(), listener.end());
  if (adminSocket_ != nullptr) out.push_back(adminSocket_->localAddress());
  return out;
}

std::vector<const stats::Block*> Server::workerBlocks() const {
  std::vector<const stats::Block*> out;
  for (const auto& worker : workers_) out.push_back(&worker->stats());
  return out;
}

admin::ServerInfo Server::serverInfo() {
  const config::Bootstrap& bootstrap = compiled_->bootstrap();
  admin::ServerInfo info;
  info.version = options_.version;
  info.state = draining_ ? admin::ServerState::kDraining : admin::ServerState::kLive;
  info.uptime = environment_.mainDispatcher.now() - startedAt_;
  info.nodeId = bootstrap.nodeId;
  info.nodeCluster = bootstrap.nodeCluster;
  info.concurrency = compiled_->concurrency();
  info.drainTime = options_.drainTime;
  info.configPath = options_.configPath;
  return info;
}

std::vector<admin::ListenerSnapshot> Server::listeners() {
  std::vector<admin::ListenerSnapshot> out;
  for (size_t i = 0; i < compiled_->listeners().size(); ++i) {
    admin::ListenerSnapshot snapshot{compiled_->listeners()[i].options->name, {}};
    for (const io::Address& address : bound_[i]) snapshot.addresses.push_back(address.text());
    out.push_back(std::move(snapshot));
  }
  return out;
}

void Server::refreshGauges() {
  const ServerStats& ids = compiled_->serverStats();
  const Duration uptime = environment_.mainDispatcher.now() - startedAt_;
  mainWorker_.stats.set(ids.uptime, static_cast<uint64_t>(uptime.inSeconds()));
  mainWorker_.stats.set(ids.state, draining_ ? 1 : 0);
  sharedClusters_.refreshGauges(mainWorker_.stats);
}

bool Server::modifyRuntime(const std::vector<std::pair<std::string, std::string>>& changes) {
  const auto layer =
      std::find_if(runtime_.layers.rbegin(), runtime_.layers.rend(), [](const runtime::Layer& l) { return l.admin; });
  if (layer == runtime_.layers.rend()) return false;
  for (const auto& [key, value] : changes) {
    if (value.empty()) {
      layer->values.erase(key);
    } else {
      layer->values[key] = value;
    }
  }
  mainWorker_.runtime = std::make_shared<runtime::Snapshot>(runtime_);
  forEachWorker([snapshot = mainWorker_.runtime](WorkerRuntime& w) { w.setRuntime(snapshot); });
  return true;
}

void Server::failHealthCheck(bool fail) {
  draining_ = fail;
  forEachWorker([fail](WorkerRuntime& w) { w.drain().failHealthCheck(fail); });
}

void Server::drainListeners(bool graceful, bool /*inboundOnly*/) {
  if (!graceful) {
    stopListening();
    return;
  }
  if (drainTimer_.armed()) return;
  // The listeners close when the drain time is over; /ready says LIVE meanwhile (seen at Envoy 1.40).
  const net::Drain::Listeners listeners{environment_.mainDispatcher.now(), options_.drainTime,
                                        options_.drainsGradually};
  forEachWorker([listeners](WorkerRuntime& w) { w.drain().begin(listeners); });
  drainTimer_.arm(options_.drainTime);
}

void Server::resetCounters() {
  // Cells belong to their workers: each clears its own.
  forEachWorker([](WorkerRuntime& w) { w.mutableStats().resetCounters(); });
  mainWorker_.stats.resetCounters();
}

void Server::quit() {
  if (options_.onQuit) options_.onQuit();
  environment_.mainDispatcher.exit();
}

}  // namespace orrery::server
