#include "sim/net/port_table.h"

#include <algorithm>

#include "sim/net/host.h"
#include "sim/net/inet_socket.h"
#include "sim/net/tcp.h"

namespace orrery::sim {

namespace {
bool overlap(Endpoint a, Endpoint b) { return a.port == b.port && (a.ip == b.ip || a.ip == 0 || b.ip == 0); }
}  // namespace

uint16_t PortTable::takeNext() {
  const uint16_t port = next_;
  next_ = next_ == kLast ? kFirst : static_cast<uint16_t>(next_ + 1);
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
    if (s != self && overlap(s->local(), at) && excludes(p.reuseAddress, p.reusePort, s->listening())) return true;
  }
  for (const ListeningSocket* l : tcp_.listeners_) {
    const ListenParameters& p = l->parameters();
    if (overlap(l->local(), at) && excludes(p.reuseAddress, p.reusePort, true)) return true;
  }
  for (const auto& s : tcp_.all_) {
    if (s->inTable_ && overlap(s->local_, at) && excludes(s->parameters_.reuseAddress, s->parameters_.reusePort, false))
      return true;
  }
  return std::any_of(tcp_.timeWaitEnds_.begin(), tcp_.timeWaitEnds_.end(), [&](const Tcp::TimeWaitEnd& end) {
    const Endpoint local = Endpoint::unpacked(end.flow.local);
    if (!overlap(local, at)) return false;
    const auto it = tcp_.timeWaits_.find(end.flow);
    return it != tcp_.timeWaits_.end() && it->second.since == end.since &&
           excludes(it->second.reuseAddress, it->second.reusePort, false);
  });
}

std::expected<Endpoint, SockError> PortTable::choose(Endpoint at, const SocketParameters& reuse,
                                                     const InetSocket* self) {
  if (at.ip != 0 && !tcp_.host().owns(at.ip)) return std::unexpected(SockError::kAddrNotAvail);
  if (at.port != 0) {
    if (conflict(at, reuse, self)) return std::unexpected(SockError::kAddrInUse);
    return at;
  }
  for (uint32_t i = 0; i <= kLast - kFirst; ++i) {
    at.port = takeNext();
    if (!conflict(at, reuse, self)) return at;
  }
  return std::unexpected(SockError::kAddrInUse);
}

bool PortTable::bound(Endpoint at) const {
  return std::any_of(held_.begin(), held_.end(), [at](const InetSocket* s) { return overlap(s->local(), at); }) ||
         std::any_of(tcp_.listeners_.begin(), tcp_.listeners_.end(),
                     [at](const ListeningSocket* l) { return overlap(l->local(), at); });
}

bool PortTable::chooseFor(Endpoint& local, Endpoint peer) {
  for (uint32_t i = 0; i <= kLast - kFirst; ++i) {
    local.port = takeNext();
    if (!bound(local) && tcp_.flowFree(local, peer)) return true;
  }
  return false;
}

}  // namespace orrery::sim
