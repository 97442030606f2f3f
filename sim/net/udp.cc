#include "sim/net/udp.h"

#include <algorithm>
#include <cstring>

#include "sim/core/bytes_hash.h"
#include "sim/core/events.h"
#include "sim/net/host.h"
#include "sim/net/net.h"

namespace orrery::sim {

UdpSocket::~UdpSocket() {
  std::erase(udp_.bound_, this);
  while (head_ != nullptr) {
    Segment* next = head_->next;
    udp_.net_.recycle(head_);
    head_ = next;
  }
}

// What udp(7) and udp6 answer to an address of the other family.
SockError UdpSocket::route(Endpoint to, IpAddress& source) const {
  if (!to.ip().sameFamily(local_.ip())) return to.isIpv6() ? SockError::kAfNoSupport : SockError::kNetUnreach;
  const auto found = local_.ip().isAny() ? udp_.host_.sourceFor(to.ip()) : std::optional(local_.ip());
  if (!found) return SockError::kNetUnreach;
  source = *found;
  return SockError::kNone;
}

SockError UdpSocket::connect(Endpoint peer) {
  IpAddress source;
  const SockError error = route(peer, source);
  if (error == SockError::kNone) peer_ = peer;
  return error;
}

SockError UdpSocket::takeError() {
  const SockError e = error_;
  error_ = SockError::kNone;
  return e;
}

std::expected<UdpSocket::Received, SockError> UdpSocket::receive(char* to, size_t room) {
  if (error_ != SockError::kNone) return std::unexpected(takeError());
  if (head_ == nullptr) return std::unexpected(SockError::kAgain);
  Segment* s = head_;
  head_ = s->next;
  if (head_ == nullptr) tail_ = nullptr;
  Received r;
  r.size = std::min<size_t>(room, s->length);
  r.truncated = s->length > room;
  r.from = s->from;
  if (r.size > 0) std::memcpy(to, s->payload(), r.size);
  queued_ -= s->length;
  udp_.net_.recycle(s);
  udp_.net_.run().progress();
  return r;
}

SockError UdpSocket::send(const char* data, size_t size, Endpoint to) {
  if (error_ != SockError::kNone) return takeError();
  if (size > kMaxPayload) return SockError::kMessageTooBig;
  IpAddress source;
  if (const SockError error = route(to, source); error != SockError::kNone) return error;
  Net& net = udp_.net_;
  Segment* s = net.newSegment();
  s->datagram = true;
  s->from = {source, local_.port()};
  s->to = to;
  s->seq = s->ack = 0;
  s->window = 0;
  s->flags = 0;
  s->sender = id_;
  s->receiver = nullptr;
  s->receiverGeneration = 0;
  s->length = static_cast<uint32_t>(size);
  s->offset = 0;
  s->block = BlockRef(net.pools().blocks.take(size));
  if (size > 0) std::memcpy(s->block->data(), data, size);
  s->block->use(s->length);
  s->payloadHash = hashBytes(data, size);
  net.route(udp_.host_, s);
  return SockError::kNone;
}

std::expected<std::unique_ptr<UdpSocket>, SockError> Udp::bind(Endpoint at, EntityId id) {
  if (!at.ip().isAny() && !host_.owns(at.ip())) return std::unexpected(SockError::kAddrNotAvail);
  const auto taken = [this](Endpoint e) {
    return std::any_of(bound_.begin(), bound_.end(), [e](const UdpSocket* s) {
      const IpAddress other = s->local_.ip();
      const bool overlap = other == e.ip() || ((other.isAny() || e.ip().isAny()) && other.sameFamily(e.ip()));
      return s->local_.port() == e.port() && overlap;
    });
  };
  if (at.port() == 0) {
    do {
      at = at.withPort(nextPort_);
      nextPort_ = nextPort_ == 60999 ? uint16_t{32768} : static_cast<uint16_t>(nextPort_ + 1);
    } while (taken(at));
  } else if (taken(at)) {
    return std::unexpected(SockError::kAddrInUse);
  }
  auto socket = std::make_unique<UdpSocket>(*this, at, id);
  bound_.push_back(socket.get());
  return socket;
}

// A connected socket goes before others, an exact address before the wildcard, the youngest before older ones.
UdpSocket* Udp::find(Endpoint local, Endpoint peer) const {
  UdpSocket* found = nullptr;
  int best = -1;
  for (UdpSocket* u : bound_) {
    const IpAddress at = u->local_.ip();
    if (u->local_.port() != local.port() || (at != local.ip() && !(at.isAny() && at.sameFamily(local.ip())))) continue;
    if (u->peer_ && *u->peer_ != peer) continue;
    const int score = (u->peer_ ? 2 : 0) + (at.isAny() ? 0 : 1);
    if (score < best) continue;
    best = score;
    found = u;
  }
  return found;
}

void Udp::receive(Segment* s) {
  UdpSocket* found = find(s->to, s->from);
  if (s->unreachable) {
    if (found != nullptr && found->peer_) {
      found->error_ = SockError::kRefused;
      if (found->watcher_ != nullptr) found->watcher_->onEdge(found->poll());
    }
    net_.recycle(s);
    return;
  }
  net_.run().emit(found == nullptr ? host_.id() : found->id(),
                  DatagramDelivered{{s->from.packed(), s->to.packed(), s->length, s->payloadHash}});
  if (found == nullptr) {
    refuse(*s);
    net_.recycle(s);
    return;
  }
  if (found->queued_ + s->length > UdpSocket::kReceiveBuffer) {
    net_.drop(s, found->id(), "receive_buffer");
    return;
  }
  s->next = nullptr;
  (found->tail_ == nullptr ? found->head_ : found->tail_->next) = s;
  found->tail_ = s;
  found->queued_ += s->length;
  if (found->watcher_ != nullptr) found->watcher_->onEdge(found->poll());
}

// ICMP, destination unreachable, port unreachable: as if from the address that nobody listens on. Linux sends no more than a
// few a second to one host (icmp_ratelimit); here each is answered.
void Udp::refuse(const Segment& s) {
  Segment* answer = net_.newSegment();
  answer->datagram = answer->unreachable = true;
  answer->from = s.to;
  answer->to = s.from;
  answer->seq = answer->ack = 0;
  answer->window = answer->length = 0;
  answer->flags = 0;
  answer->payloadHash = 0;
  answer->sender = host_.id();
  answer->receiver = nullptr;
  answer->receiverGeneration = 0;
  net_.route(host_, answer);
}

}  // namespace orrery::sim
