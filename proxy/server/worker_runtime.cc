#include "proxy/server/worker_runtime.h"

#include "proxy/base/assert.h"
#include "proxy/http/connection_manager.h"
#include "proxy/upstream/cluster.h"

namespace orrery::server {

WorkerRuntime::WorkerRuntime(uint32_t index, io::Dispatcher& dispatcher, io::Environment& environment,
                             const Parts& parts, events::Sink& sink, std::shared_ptr<const runtime::Snapshot> runtime)
    : worker_(index, dispatcher, parts.compiled.layout(), environment.random.child("worker." + std::to_string(index)),
              environment.entropy, environment.files, environment.process, sink, std::move(runtime)),
      parts_(parts),
      finishTask_(Delegate<void()>::to<&WorkerRuntime::finish>(this)) {}

// A loop that was ended before shutdown() (a run that failed) leaves connections behind, whose buffers are of this worker's pool.
WorkerRuntime::~WorkerRuntime() {
  listeners_.clear();
  clusterManager_.reset();
  worker_.dispatcher.destroyDeferred();
}

void WorkerRuntime::start(const std::vector<std::vector<std::shared_ptr<io::ListenSocket>>>& sockets) {
  clusterManager_ = std::make_unique<upstream::ClusterManager>(worker_, parts_.clusters);
  setClusterFilters();
  const auto& compiled = parts_.compiled.listeners();
  for (size_t i = 0; i < compiled.size(); ++i) {
    listeners_.push_back(
        std::make_unique<net::ActiveListener>(worker_, *compiled[i].options, compiled[i].stats, newSessionFactory(i)));
    for (const auto& socket : sockets[i]) listeners_.back()->listen(socket);
  }
}

void WorkerRuntime::setClusterFilters() {
  const http::PlannedFilters& all = parts_.compiled.clusterFilters();
  const auto& chains = parts_.compiled.clusterChains();
  for (uint32_t c = 0; c < chains.size(); ++c) {
    if (!chains[c]) continue;
    auto filters = std::make_unique<http::UpstreamFilters>();
    filters->ofCluster = true;
    filters->firstSlot = chains[c]->begin;
    for (size_t i = chains[c]->begin; i < chains[c]->end; ++i) {
      filters->entries.push_back({all.plans[i]->newFactory({worker_, *clusterManager_,
                                                            parts_.clusterFilterStates[i].get(), parts_.localAddress}),
                                  all.filters[i]->disabled});
    }
    clusterManager_->at(c).setUpstreamFilters(std::move(filters));
  }
}

std::unique_ptr<net::SessionFactory> WorkerRuntime::newSessionFactory(size_t index) {
  const CompiledListener& listener = parts_.compiled.listeners()[index];
  const http::CompiledHcm& hcm = *listener.hcm;
  auto context = std::make_unique<http::HcmContext>(worker_, *listener.options, listener.hcm, parts_.localAddress);
  const auto newFactory = [&](size_t slot, std::shared_ptr<const http::UpstreamFilters> upstream) {
    std::shared_ptr<const access_log::AccessLoggers> logs;
    if (const auto of = hcm.plans[slot]->accessLogs(); !of.empty()) {
      logs = std::make_shared<const access_log::AccessLoggers>(newLoggers(of));
    }
    return hcm.plans[slot]->newFactory({worker_, *clusterManager_, parts_.filterStates[index][slot].get(),
                                        parts_.localAddress, std::move(upstream), std::move(logs)});
  };
  for (size_t i = 0; i < hcm.upstreamChains.size(); ++i) {
    const http::CompiledHcm::Chain& chain = hcm.upstreamChains[i];
    std::shared_ptr<http::UpstreamFilters> upstream;
    if (chain.begin != chain.end) {
      upstream = std::make_shared<http::UpstreamFilters>();
      upstream->firstSlot = chain.begin;
    }
    for (size_t slot = chain.begin; slot < chain.end; ++slot) {
      upstream->entries.push_back({newFactory(slot, nullptr), hcm.filters[slot]->disabled});
    }
    context->filters.push_back(newFactory(i, std::move(upstream)));
  }
  context->accessLogs = newLoggers(context->options.accessLogs);
  return std::make_unique<http::HcmFactory>(std::move(context));
}

access_log::AccessLoggers WorkerRuntime::newLoggers(std::span<const access_log::AccessLogOptions> options) {
  access_log::AccessLoggers out;
  for (const access_log::AccessLogOptions& one : options) {
    auto file = parts_.logFiles.open(one.path);
    ORRERY_ASSERT(file.has_value(), "the server has opened every log file before it starts workers");
    out.push_back(std::make_unique<access_log::AccessLogger>(worker_.dispatcher, **file, one.formatter,
                                                             parts_.fileFlushInterval, one.filter));
  }
  return out;
}

void WorkerRuntime::stopListening() {
  for (auto& listener : listeners_) listener->stopListening();
}

void WorkerRuntime::shutdown() {
  for (auto& listener : listeners_) listener->shutdown();
  if (clusterManager_ != nullptr) clusterManager_->shutdown();
  // Connections and streams die by deferDelete in this iteration; what they used goes in the next one.
  worker_.dispatcher.scheduleNext(finishTask_);
}

void WorkerRuntime::finish() {
  listeners_.clear();
  clusterManager_.reset();
  worker_.dispatcher.exit();
}

}  // namespace orrery::server
