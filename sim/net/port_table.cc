#include "sim/net/port_table.h"

#include <algorithm>

#include "sim/net/host.h"
#include "sim/net/inet_socket.h"
#include "sim/net/tcp.h"

namespace orrery::sim {

namespace {
// Whether `any` takes what is sent to `other`: of its own family, and :: mapped IPv4 too unless it was told not to.
bool takes(IpAddress any, bool v6Only, IpAddress other) {
  return any.isAny() && (any.sameFamily(other) || (any.isIpv6() && !v6Only));
}

// ipv6_rcv_saddr_equal(), ipv4_rcv_saddr_equal(). A connection's address is never any.
bool overlap(Endpoint a, bool aV6Only, Endpoint b, bool bV6Only = true) {
  if (a.port() != b.port()) return false;
  return a.ip() == b.ip() || takes(a.ip(), aV6Only, b.ip()) || takes(b.ip(), bV6Only, a.ip());
}
}  // namespace

uint16_t PortTable::takeNext() {
  const uint16_t port = next_;
  next_ = next_ == last_ ? first_ : static_cast<uint16_t>(next_ + 1);
  return port;
}

void PortTable::hold(const InetSocket& socket) { held_.push_back(&socket); }

void PortTable::release(const InetSocket& socket) { std::erase(held_, &socket); }

// inet_bind_conflict(): two on one port must both allow it, and of two with SO_REUSEADDR none may listen.
bool PortTable::conflict(Endpoint at, const SocketParameters& reuse, const InetSocket* self) const {
  const auto excludes = [&](bool address, bool port, bool listens) {
    return !(reuse.reuseAddress && address && !listens) && !(reuse.reusePort && port);
  };
  for (const InetSocket* s : held_) {
    const SocketParameters& p = s->parameters();
    if (s != self && overlap(at, reuse.v6Only, s->local(), p.v6Only) &&
        excludes(p.reuseAddress, p.reusePort, s->listening())) {
      return true;
    }
  }
  for (const ListeningSocket* l : tcp_.listeners_) {
    const ListenParameters& p = l->parameters();
    if (overlap(at, reuse.v6Only, l->local(), p.accepted.v6Only) && excludes(p.reuseAddress, p.reusePort, true)) {
      return true;
    }
  }
  const bool connected = tcp_.all_.anyOf([&](const Socket& s) {
    return s.inTable_ && overlap(at, reuse.v6Only, s.local_) &&
           excludes(s.parameters_.reuseAddress, s.parameters_.reusePort, false);
  });
  if (connected) return true;
  return std::any_of(tcp_.timeWaitEnds_.begin(), tcp_.timeWaitEnds_.end(), [&](const Tcp::TimeWaitEnd& end) {
    const Endpoint local = Endpoint::unpacked(end.flow.local);
    if (!overlap(at, reuse.v6Only, local)) return false;
    const auto it = tcp_.timeWaits_.find(end.flow);
    return it != tcp_.timeWaits_.end() && it->second.since == end.since &&
           excludes(it->second.reuseAddress, it->second.reusePort, false);
  });
}

std::expected<Endpoint, SockError> PortTable::choose(Endpoint at, const SocketParameters& reuse,
                                                     const InetSocket* self) {
  if (!at.ip().isAny() && !tcp_.host().owns(at.ip())) return std::unexpected(SockError::kAddrNotAvail);
  if (at.port() != 0) {
    if (conflict(at, reuse, self)) return std::unexpected(SockError::kAddrInUse);
    return at;
  }
  for (uint32_t i = 0; i <= uint32_t{last_} - first_; ++i) {
    at = at.withPort(takeNext());
    if (!conflict(at, reuse, self)) return at;
  }
  return std::unexpected(SockError::kAddrInUse);
}

bool PortTable::bound(Endpoint at) const {
  return std::any_of(held_.begin(), held_.end(),
                     [at](const InetSocket* s) { return overlap(at, true, s->local(), s->parameters().v6Only); }) ||
         std::any_of(tcp_.listeners_.begin(), tcp_.listeners_.end(), [at](const ListeningSocket* l) {
           return overlap(at, true, l->local(), l->parameters().accepted.v6Only);
         });
}

bool PortTable::chooseFor(Endpoint& local, Endpoint peer) {
  for (uint32_t i = 0; i <= uint32_t{last_} - first_; ++i) {
    local = local.withPort(takeNext());
    if (!bound(local) && tcp_.flowFree(local, peer)) return true;
  }
  return false;
}

}  // namespace orrery::sim
