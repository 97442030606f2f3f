#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <vector>

#include "sim/core/entity.h"
#include "sim/ledger/endpoint.h"
#include "sim/net/segment.h"
#include "sim/net/sock_error.h"

namespace orrery::sim {

class Host;
class Net;
class Udp;

// A bound UDP socket, of the family of its address: one that is bound to :: leaves IPv4 alone (IPV6_V6ONLY). Datagrams beyond the receive buffer are lost, as everywhere. A connected one receives its peer's only,
// and is told when nobody receives what it sent there (ECONNREFUSED, once); others never learn that (udp(7)).
// Lifetime: its owner's. Threading: the run's.
class UdpSocket {
 public:
  static constexpr size_t kReceiveBuffer = 212'992;  // net.core.rmem_default
  static constexpr size_t kMaxPayload = 65'507;

  UdpSocket(Udp& udp, Endpoint local, EntityId id) : udp_(udp), local_(local), id_(id) {}
  ~UdpSocket();
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  struct Received {
    size_t size = 0;  // bytes copied
    bool truncated = false;
    Endpoint from;
  };
  // connect(2): again for another peer.
  SockError connect(Endpoint peer);
  SockError takeError();
  // One datagram; kAgain if there is none; a pending error first, as Linux.
  std::expected<Received, SockError> receive(char* to, size_t room);
  SockError send(const char* data, size_t size, Endpoint to);

  Endpoint local() const { return local_; }
  EntityId id() const { return id_; }
  // Bytes that wait to be received.
  size_t queued() const { return queued_; }
  uint8_t poll() const {
    return static_cast<uint8_t>(kPollOut | (head_ != nullptr ? kPollIn : 0) |
                                (error_ != SockError::kNone ? kPollErr : 0));
  }
  void setWatcher(SocketWatcher* watcher) { watcher_ = watcher; }

 private:
  friend class Udp;
  SockError route(Endpoint to, IpAddress& source) const;

  Udp& udp_;
  Endpoint local_;
  std::optional<Endpoint> peer_;  // connected to
  SockError error_ = SockError::kNone;
  EntityId id_;
  SocketWatcher* watcher_ = nullptr;
  Segment* head_ = nullptr;
  Segment* tail_ = nullptr;
  size_t queued_ = 0;
};

// The UDP of one host.
class Udp {
 public:
  Udp(Net& net, Host& host) : net_(net), host_(host) {}
  // Port 0: any free one.
  std::expected<std::unique_ptr<UdpSocket>, SockError> bind(Endpoint at, EntityId id);
  void receive(Segment* segment);
  // Bound ones, in order of creation.
  const std::vector<UdpSocket*>& sockets() const { return bound_; }

 private:
  friend class UdpSocket;
  UdpSocket* find(Endpoint local, Endpoint peer) const;
  void refuse(const Segment& datagram);

  Net& net_;
  Host& host_;
  std::vector<UdpSocket*> bound_;
  uint16_t nextPort_ = 32768;
};

}  // namespace orrery::sim
