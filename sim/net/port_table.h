#pragma once

#include <cstdint>
#include <expected>
#include <vector>

#include "sim/ledger/endpoint.h"
#include "sim/net/sock_error.h"
#include "sim/net/socket_parameters.h"

namespace orrery::sim {

class InetSocket;
class Tcp;

// Who holds which port of a host, and whether another may have it too (inet_csk_get_port() of Linux): descriptors that were
// bound, listening sockets, connections, and pairs in TIME-WAIT.
// Lifetime: its Tcp's. Threading: the run's. Bounds: ephemeral ports 32768-60999, as Linux, unless they are set.
class PortTable {
 public:
  static constexpr uint16_t kFirst = 32768;
  static constexpr uint16_t kLast = 60999;

  explicit PortTable(Tcp& tcp) : tcp_(tcp) {}
  // net.ipv4.ip_local_port_range; before anything is bound.
  void setRange(uint16_t first, uint16_t last) {
    first_ = next_ = first;
    last_ = last;
  }

  // The address if `self` (null: nobody who holds one yet) may bind it: with a port, where that was 0. O(connections).
  std::expected<Endpoint, SockError> choose(Endpoint at, const SocketParameters& reuse, const InetSocket* self);
  // A port for a connection to `peer`; false: none is left.
  bool chooseFor(Endpoint& local, Endpoint peer);

  void hold(const InetSocket& socket);
  void release(const InetSocket& socket);

 private:
  bool conflict(Endpoint at, const SocketParameters& reuse, const InetSocket* self) const;
  bool bound(Endpoint at) const;
  uint16_t takeNext();

  Tcp& tcp_;
  std::vector<const InetSocket*> held_;  // in order of bind
  uint16_t first_ = kFirst;
  uint16_t last_ = kLast;
  uint16_t next_ = kFirst;
};

}  // namespace orrery::sim
