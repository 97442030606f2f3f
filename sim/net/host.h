#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/entity.h"
#include "sim/net/tcp.h"
#include "sim/net/udp.h"

namespace orrery::sim {

class Net;

// A machine of the simulated network: addresses and a kernel.
// Lifetime: the net's. Threading: the run's.
class Host {
 public:
  Host(Net& net, uint64_t number, std::string_view name, Name label, std::vector<uint32_t> addresses);
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  std::string_view name() const { return name_; }
  // From 1, in order of creation.
  uint64_t number() const { return number_; }
  EntityId id() const { return id_; }
  // At least one; the first is the source of what it sends when nothing else was bound.
  const std::vector<uint32_t>& addresses() const { return addresses_; }
  bool owns(uint32_t ip) const;

  Tcp& tcp() { return tcp_; }
  Udp& udp() { return udp_; }
  Net& net() { return net_; }

  // A segment arrives. Takes it.
  void receive(Segment* segment);

  // While down nothing arrives and nothing leaves; sockets stay as they are (a crash without FIN, or a pulled plug).
  void setDown(bool down) { down_ = down; }
  bool down() const { return down_; }

 private:
  Net& net_;
  uint64_t number_;
  std::string name_;
  EntityId id_;
  std::vector<uint32_t> addresses_;
  bool down_ = false;
  Tcp tcp_;
  Udp udp_;
};

}  // namespace orrery::sim
