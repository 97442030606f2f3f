#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/world/recording.h"

namespace orrery::sim {

// The columns of a sequence chart: clients, each worker of the proxy, origins. A worker is told apart by the logical thread
// that ran when the proxy's side of a connection sent something, or by the proxy's own event of the connection.
// Lifetime: the recording outlives it. Units: lanes are numbered from the left, from 0.
class Lanes {
 public:
  explicit Lanes(const Recording& recording);

  const std::vector<std::string>& labels() const { return labels_; }
  // Of the one who has `own` as its address on the connection with `peer`.
  std::optional<size_t> of(Endpoint own, Endpoint peer) const;
  // Of an entity that is neither socket nor segment: by the thread that ran, else by the first word of its path.
  std::optional<size_t> of(const RecordedEvent& event) const;

  bool isProxy(IpAddress ip) const { return proxy_ && ipLanes_.contains(ip) && ipLanes_.at(ip) == *proxy_; }

 private:
  void addHost(const Recording::Host& host);
  void learnWorkers();
  size_t workerLane(uint64_t worker) const;

  const Recording& recording_;
  std::vector<std::string> labels_;
  std::map<IpAddress, size_t> ipLanes_;  // the proxy: of worker 0
  std::map<std::string, size_t, std::less<>> hostLanes_;
  std::optional<size_t> proxy_;
  uint64_t workers_ = 1;
  std::map<EntityId, uint64_t> threadWorkers_;
  std::map<std::pair<uint64_t, uint64_t>, uint64_t> connectionWorkers_;  // (own, peer) of the proxy's side
};

}  // namespace orrery::sim
