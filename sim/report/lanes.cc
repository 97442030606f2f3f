#include "sim/report/lanes.h"

#include <algorithm>

#include "proxy/events/events.h"
#include "sim/core/events.h"

namespace orrery::sim {

using events::ConnectionAccepted;
using events::UpstreamConnected;

namespace {

bool isNumber(const RecordedEvent& e, auto number) { return e.number == static_cast<uint16_t>(number); }

}  // namespace

Lanes::Lanes(const Recording& recording) : recording_(recording) {
  for (const auto& h : recording.hosts) {
    if (!h.isProxy && !h.isOrigin) addHost(h);
  }
  for (const auto& h : recording.hosts) {
    if (h.isProxy) addHost(h);
  }
  for (const auto& h : recording.hosts) {
    if (!h.isProxy && h.isOrigin) addHost(h);
  }
  learnWorkers();
}

void Lanes::addHost(const Recording::Host& host) {
  const size_t lane = labels_.size();
  hostLanes_.emplace(host.name, lane);
  for (const IpAddress ip : host.addresses) ipLanes_.emplace(ip, lane);
  if (!host.isProxy) {
    labels_.push_back(host.name);
    return;
  }
  proxy_ = lane;
  workers_ = std::max<uint64_t>(host.workers, 1);
  for (uint64_t w = 0; w < workers_; ++w) labels_.push_back(host.name + " w" + std::to_string(w));
}

void Lanes::learnWorkers() {
  for (const RecordedEvent& e : recording_.events.events()) {
    if (e.number < 100 && e.thread != 0 && e.field("worker") != nullptr) {
      threadWorkers_.emplace(e.thread, e.numberOf("worker"));
    }
  }
  for (const RecordedEvent& e : recording_.events.events()) {
    if (isNumber(e, EventNumber::kSegmentSent)) {
      const auto worker = threadWorkers_.find(e.thread);
      if (worker == threadWorkers_.end() || !isProxy(Endpoint::unpacked(e.numberOf("from")).ip())) continue;
      connectionWorkers_.emplace(std::pair(e.numberOf("from"), e.numberOf("to")), worker->second);
    }
  }
  // Connections on which the proxy never sent anything of its own accord.
  for (const RecordedEvent& e : recording_.events.events()) {
    if (!isNumber(e, ConnectionAccepted::kNumber)) continue;
    for (const ConnectionRecord& c : recording_.connections) {
      if (c.clientAddress.text() != e.textOf("peer") || c.synAt > e.at) continue;
      connectionWorkers_.emplace(std::pair(c.serverAddress.packed(), c.clientAddress.packed()), e.numberOf("worker"));
    }
  }
}

size_t Lanes::workerLane(uint64_t worker) const { return *proxy_ + std::min(worker, workers_ - 1); }

std::optional<size_t> Lanes::of(Endpoint own, Endpoint peer) const {
  const auto lane = ipLanes_.find(own.ip());
  if (lane == ipLanes_.end()) return std::nullopt;
  if (!proxy_ || lane->second != *proxy_) return lane->second;
  const auto worker = connectionWorkers_.find({own.packed(), peer.packed()});
  return workerLane(worker == connectionWorkers_.end() ? 0 : worker->second);
}

std::optional<size_t> Lanes::of(const RecordedEvent& event) const {
  if (proxy_) {
    if (event.number < 100 && event.field("worker") != nullptr) return workerLane(event.numberOf("worker"));
    for (const EntityId id : {event.thread, event.entity}) {
      const auto worker = threadWorkers_.find(id);
      if (worker != threadWorkers_.end()) return workerLane(worker->second);
    }
  }
  std::string path = recording_.names.path(event.entity);
  if (path.empty()) return std::nullopt;
  path.erase(0, 1);
  const auto lane = hostLanes_.find(path.substr(0, path.find_first_of("/.")));
  if (lane == hostLanes_.end()) return std::nullopt;
  return lane->second;
}

}  // namespace orrery::sim
