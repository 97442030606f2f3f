#include "sim/net/tcp.h"

#include <algorithm>

#include "proxy/base/assert.h"
#include "proxy/base/hash.h"
#include "proxy/base/prng.h"
#include "sim/net/host.h"
#include "sim/net/link.h"
#include "sim/net/net.h"

namespace orrery::sim {

size_t Tcp::FlowHash::operator()(const Flow& f) const { return hashCombine(f.local, f.peer); }

Tcp::Tcp(Net& net, Host& host) : net_(net), host_(host), run_(net.run()) {}

Tcp::~Tcp() {
  ORRERY_ASSERT(listeners_.empty(), "listening sockets are destroyed before their host");
  run_.queue().cancel(timeWaitEvent_);
  run_.queue().cancel(ackEvent_);
}

std::expected<Socket*, SockError> Tcp::connect(Endpoint to, std::optional<Endpoint> bind,
                                               const SocketParameters& parameters, EntityId id) {
  Endpoint local;
  if (bind && !bind->ip().isAny()) {
    if (!host_.owns(bind->ip())) return std::unexpected(SockError::kAddrNotAvail);
    if (!bind->ip().sameFamily(to.ip())) return std::unexpected(SockError::kNetUnreach);
    local = *bind;
  } else {
    const auto source = host_.sourceFor(to.ip());
    if (!source) return std::unexpected(SockError::kNetUnreach);
    local = {*source, bind ? bind->port() : uint16_t{0}};
  }
  if (to.ip().isAny()) to = {local.ip(), to.port()};  // this host
  if (to.port() == 0) return std::unexpected(SockError::kAddrNotAvail);
  if (local.port() == 0) {
    if (!ports_.chooseFor(local, to)) return std::unexpected(SockError::kAddrNotAvail);
  } else if (!flowFree(local, to)) {
    return std::unexpected(SockError::kAddrInUse);
  }
  Host* peer = net_.hostOf(to.ip());
  Socket& s = *newSocket();
  s.become(id, local, to, peer == nullptr ? nullptr : &net_.way(host_, *peer), parameters);
  s.record_ = &net_.ledger().addConnection(local, to, run_.now());
  s.side_ = &s.record_->client;
  s.side_->host = host_.number();
  if (peer != nullptr) s.record_->server.host = peer->number();
  enter(s);
  s.startConnect();
  return &s;
}

std::expected<std::unique_ptr<ListeningSocket>, SockError> Tcp::listen(Endpoint at,
                                                                       const ListenParameters& parameters) {
  ListenParameters p = parameters;
  p.accepted.reuseAddress = p.reuseAddress;
  p.accepted.reusePort = p.reusePort;
  const auto chosen = ports_.choose(at, p.accepted, nullptr);
  if (!chosen) return std::unexpected(chosen.error());
  return listenAt(*chosen, p);
}

std::unique_ptr<ListeningSocket> Tcp::listenAt(Endpoint at, const ListenParameters& parameters) {
  return std::make_unique<ListeningSocket>(*this, at, parameters);
}

EntityId Tcp::nextDescriptor() {
  static constexpr Name kDescriptor("descriptor");
  return run_.names().child(host_.id(), kDescriptor, ++descriptors_);
}

bool Tcp::flowFree(Endpoint local, Endpoint peer) const {
  const Flow flow{local.packed(), peer.packed()};
  if (table_.contains(flow)) return false;
  const auto wait = timeWaits_.find(flow);
  // tcp_tw_reuse: a connect() may reuse a pair that waits for a second already.
  return wait == timeWaits_.end() ||
         run_.now().inNanoseconds() - wait->second.since >= TcpTimes::kTimeWaitReuse.inNanoseconds();
}

Socket* Tcp::find(Endpoint local, Endpoint peer) const {
  const auto it = table_.find(Flow{local.packed(), peer.packed()});
  return it == table_.end() ? nullptr : it->second;
}

void Tcp::receive(Segment* s) {
  // The sender's hint, if it still holds: the same socket in the same life, and not a SYN (which names its sender).
  Socket* socket = nullptr;
  if ((s->flags & kSyn) == 0 && s->receiver != nullptr && s->receiver->generation_ == s->receiverGeneration &&
      s->receiver->inTable_) {
    socket = s->receiver;
  } else {
    socket = find(s->to, s->from);
  }
  run_.emit(socket == nullptr ? host_.id() : socket->id(), SegmentDelivered{s->fields()});
  if (socket != nullptr) {
    socket->receive(s);
  } else if (!timeWaits_.empty() && onTimeWait(s)) {
    net_.recycle(s);
  } else if ((s->flags & (kSyn | kAck | kRst)) == kSyn) {
    onSyn(s);
  } else {
    if ((s->flags & kRst) == 0) refuse(*s);
    net_.recycle(s);
  }
}

ListeningSocket* Tcp::findListener(Endpoint local, EntityId connection) {
  // An exact address wins over the wildcard, and that of the family over :: with IPv4 mapped; several with one address share
  // by a draw, as the kernel's hash would.
  const Endpoint any{local.isIpv6() ? IpAddress::anyIpv6() : IpAddress(), local.port()};
  const Endpoint both{IpAddress::anyIpv6(), local.port()};
  for (const Endpoint& at : {local, any, both}) {
    const auto fits = [&](const ListeningSocket& l) {
      return l.local_ == at && (at.isIpv6() == local.isIpv6() || !l.parameters_.accepted.v6Only);
    };
    ListeningSocket* found = nullptr;
    uint64_t count = 0;
    for (ListeningSocket* l : listeners_) {
      if (fits(*l)) {
        if (found == nullptr) found = l;
        ++count;
      }
    }
    if (count <= 1) {
      if (found != nullptr) return found;
      continue;
    }
    uint64_t pick = Prng::scale(run_.chooser().draw(connection, Site::kReusePortPick), count);
    for (ListeningSocket* l : listeners_) {
      if (fits(*l) && pick-- == 0) return l;
    }
  }
  return nullptr;
}

void Tcp::onSyn(Segment* syn) {
  static constexpr Name kAccepted("accepted");
  // The accepting end is named by the connecting end.
  const EntityId id = run_.names().child(syn->sender, kAccepted, 0);
  ListeningSocket* listener = findListener(syn->to, id);
  if (listener == nullptr) {
    refuse(*syn);
    net_.recycle(syn);
    return;
  }
  if (listener->full()) {
    net_.drop(syn, host_.id(), "backlog");
    return;
  }
  Host* peer = net_.hostOf(syn->from.ip());
  Socket& s = *newSocket();
  s.become(id, syn->to, syn->from, peer == nullptr ? nullptr : &net_.way(host_, *peer), listener->parameters_.accepted);
  s.record_ = net_.ledger().findConnection(syn->from, syn->to);
  ORRERY_ASSERT(s.record_ != nullptr, "who sends a SYN has entered its connection into the ledger");
  s.side_ = &s.record_->server;
  s.side_->host = host_.number();
  enter(s);
  listener->making_.pushBack(s);
  s.startAccept(*syn, *listener);
  net_.recycle(syn);
}

// RFC 9293 section 3.5.2, group 1: no connection; the answer to anything but a reset is a reset.
void Tcp::refuse(const Segment& s) {
  Segment* answer = net_.newSegment();
  answer->from = s.to;
  answer->to = s.from;
  answer->length = 0;
  answer->payloadHash = 0;
  answer->window = 0;
  answer->sender = host_.id();
  answer->receiver = nullptr;
  answer->receiverGeneration = 0;
  if ((s.flags & kAck) != 0) {
    answer->flags = kRst;
    answer->seq = s.ack;
    answer->ack = 0;
  } else {
    answer->flags = kRst | kAck;
    answer->seq = 0;
    answer->ack = s.seq + s.space();
  }
  net_.route(host_, answer);
}

bool Tcp::onTimeWait(Segment* s) {
  const auto it = timeWaits_.find(Flow{s->to.packed(), s->from.packed()});
  if (it == timeWaits_.end()) return false;
  if ((s->flags & kRst) != 0 || (s->flags & kSyn) != 0) {
    // A reset ends the wait (RFC 1337 protection is off by default); a SYN opens the pair anew.
    timeWaits_.erase(it);
    return (s->flags & kRst) != 0;
  }
  if (s->space() == 0) return true;
  Segment* ack = net_.newSegment();
  ack->from = s->to;
  ack->to = s->from;
  ack->seq = it->second.sendNext;
  ack->ack = it->second.receiveNext;
  ack->flags = kAck;
  ack->length = 0;
  ack->payloadHash = 0;
  ack->window = 0;
  ack->sender = host_.id();
  ack->receiver = nullptr;
  ack->receiverGeneration = 0;
  net_.route(host_, ack);
  return true;
}

bool Tcp::onLost(const Segment& s) {
  Socket* socket = find(s.from, s.to);
  if (socket != nullptr) socket->onLost(s);
  return socket != nullptr;
}

Socket* Tcp::newSocket() {
  run_.connectionOpened();
  if (idle_.empty()) return &all_.make(*this, net_.pools());
  Socket* s = idle_.back();
  idle_.pop_back();
  return s;
}

void Tcp::enter(Socket& socket) {
  timeWaits_.erase(Flow{socket.local_.packed(), socket.peer_.packed()});
  const bool fresh = table_.emplace(Flow{socket.local_.packed(), socket.peer_.packed()}, &socket).second;
  ORRERY_ASSERT(fresh, "an address pair has one connection");
  socket.inTable_ = true;
}

void Tcp::leave(Socket& socket) {
  if (!socket.inTable_) return;
  socket.inTable_ = false;
  table_.erase(Flow{socket.local_.packed(), socket.peer_.packed()});
}

void Tcp::recycle(Socket& socket) {
  run_.connectionClosed();
  socket.ListHook<Socket>::unlink();
  ++socket.generation_;
  idle_.push_back(&socket);
}

void Tcp::startTimeWait(const Socket& socket) {
  const Flow flow{socket.local_.packed(), socket.peer_.packed()};
  const int64_t now = run_.now().inNanoseconds();
  timeWaits_[flow] = {socket.sendNext_, socket.receiveNext_, now, socket.parameters_.reuseAddress,
                      socket.parameters_.reusePort};
  timeWaitEnds_.push_back({flow, now + TcpTimes::kTimeWait.inNanoseconds(), now});
  run_.queue().fileBy(timeWaitEvent_, timeWaitEnds_.front().at, false);
}

void Tcp::onTimeWaitEnd() {
  while (!timeWaitEnds_.empty() && timeWaitEnds_.front().at <= run_.now().inNanoseconds()) {
    const TimeWaitEnd& end = timeWaitEnds_.front();
    // The pair may have been reused and wait again since.
    if (const auto it = timeWaits_.find(end.flow); it != timeWaits_.end() && it->second.since == end.since) {
      timeWaits_.erase(it);
    }
    timeWaitEnds_.pop_front();
  }
  if (!timeWaitEnds_.empty()) run_.queue().fileBy(timeWaitEvent_, timeWaitEnds_.front().at, false);
}

void Tcp::oweAck(Socket& socket) {
  socket.ackDueAt_ = (run_.now() + TcpTimes::kDelayedAck).inNanoseconds();
  owedAcks_.pushBack(socket);
  run_.queue().fileBy(ackEvent_, socket.ackDueAt_, true);
}

void Tcp::onAcksDue() {
  while (Socket* s = owedAcks_.front()) {
    if (s->ackDueAt_ > run_.now().inNanoseconds()) {
      run_.queue().fileBy(ackEvent_, s->ackDueAt_, true);
      return;
    }
    s->sendAck();  // takes it out of the list
  }
}

bool Tcp::sendOwedAcks() {
  const bool any = !owedAcks_.empty();
  while (Socket* s = owedAcks_.front()) s->sendAck();
  return any;
}

void Tcp::loseAll() {
  all_.forEach([](Socket& s) {  // none is added meanwhile
    if (s.inTable_) s.finish(SockError::kReset);
  });
  timeWaits_.clear();
}

std::vector<const Socket*> Tcp::sockets() const {
  std::vector<const Socket*> out;
  all_.forEach([&out](const Socket& s) {
    if (s.inTable_) out.push_back(&s);
  });
  return out;
}

}  // namespace orrery::sim
