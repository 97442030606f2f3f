#include "sim/net/net.h"

#include "proxy/base/assert.h"
#include "sim/core/events.h"

namespace orrery::sim {

Net::Net(Run& run, NetPools& pools, Ledger& ledger, const LinkOptions& defaults)
    : run_(run), pools_(pools), ledger_(ledger), defaults_(defaults) {}

Net::~Net() {
  links_.clear();
  hosts_.clear();
}

Host& Net::addHost(std::string_view name, std::vector<IpAddress> addresses) {
  ORRERY_ASSERT(hostNamed(name) == nullptr, "a host's name is unique");
  for (const IpAddress ip : addresses) ORRERY_ASSERT(hostOf(ip) == nullptr, "an address belongs to one host");
  const uint64_t number = hosts_.size() + 1;
  const Name label = run_.names().intern(name);
  hosts_.push_back(std::make_unique<Host>(*this, number, name, label, std::move(addresses)));
  Host& host = *hosts_.back();
  for (const IpAddress ip : host.addresses()) addresses_.push_back({ip, &host});
  host.setTapped(!taps_.empty());
  return host;
}

Host* Net::hostOf(IpAddress ip) const {
  for (const Address& a : addresses_) {
    if (a.ip == ip) return a.host;
  }
  return nullptr;
}

Host* Net::hostNamed(std::string_view name) const {
  for (const auto& h : hosts_) {
    if (h->name() == name) return h.get();
  }
  return nullptr;
}

Link& Net::link(Host& from, Host& to) {
  if (links_.size() < hosts_.size()) links_.resize(hosts_.size());
  auto& row = links_[from.number() - 1];
  if (row.size() < hosts_.size()) row.resize(hosts_.size());
  auto& link = row[to.number() - 1];
  if (link == nullptr) {
    static constexpr Name kLink("link");
    link = std::make_unique<Link>(*this, from, to, run_.names().childKept(from.id(), kLink, to.number()), defaults_);
    link->setTapped(!taps_.empty());
  }
  return *link;
}

void Net::setLink(Host& from, Host& to, const LinkOptions& options) {
  Link& made = link(from, to);
  ORRERY_ASSERT(made.inFlight() == 0, "a link's options are set before it is used");
  made.setOptions(options);
}

void Net::addTap(NetTap& tap) {
  taps_.push_back(&tap);
  noteTaps();
}

void Net::removeTap(NetTap& tap) {
  std::erase(taps_, &tap);
  noteTaps();
}

void Net::noteTaps() {
  for (const auto& host : hosts_) host->setTapped(!taps_.empty());
  for (const auto& row : links_) {
    for (const auto& link : row) {
      if (link != nullptr) link->setTapped(!taps_.empty());
    }
  }
}

Segment* Net::newSegment() {
  Segment* s = pools_.segments.take();
  s->datagram = s->unreachable = s->corrupted = false;
  s->outOfOrderBy = 0;
  return s;
}

Segment* Net::copy(const Segment& of) {
  Segment* s = pools_.segments.take();
  *s = of;
  s->next = nullptr;
  return s;
}

void Net::recycle(Segment* s) {
  s->block.reset();
  pools_.segments.give(s);
}

void Net::drop(Segment* s, EntityId where, std::string_view why) {
  run_.emit(where, SegmentDropped{s->from.packed(), s->to.packed(), s->flags, s->seq & 0xffffffff, why});
  if (!s->datagram && (s->flags & kRst) == 0) {
    // The sender's timer would notice what takes sequence space; for a bare acknowledgement it is the receiver's, which
    // waits for it.
    const Ends ends{s->from, s->to};
    tellLost(s->space() != 0 ? ends : ends.turned(), *s);
  }
  recycle(s);
}

// To the kernel of ends.from; where a box on the way has other names for them, by those.
void Net::tellLost(const Ends& ends, const Segment& segment) {
  Segment lost;
  lost.sentAt = segment.sentAt;
  if (segment.space() != 0) {  // which part of the stream must be sent again
    lost.seq = segment.seq;
    lost.length = segment.length;
    lost.flags = segment.flags;
  }
  const auto tell = [&](const Ends& e) {
    Host* sender = hostOf(e.from.ip());
    lost.from = e.from;
    lost.to = e.to;
    return sender != nullptr && sender->tcp().onLost(lost);
  };
  if (tell(ends)) return;
  for (const auto& host : hosts_) {
    Forwarder* box = host->forwarder();
    if (box == nullptr) continue;
    if (const auto other = box->otherView(ends); other && tell(*other)) return;
  }
}

void Net::route(Host& from, Segment* s) {
  Host* to = hostOf(s->to.ip());
  if (to != nullptr && !from.down()) {
    way(from, *to).send(s);
    return;
  }
  s->sentAt = run_.now().inNanoseconds();
  if (s->datagram) {
    run_.emit(s->sender, DatagramSent{{s->from.packed(), s->to.packed(), s->length, s->payloadHash}});
  } else {
    run_.emit(s->sender, SegmentSent{s->fields()});
  }
  for (NetTap* tap : taps_) {
    if (to == nullptr) tap->onSent(from, nullptr, *s, {});
  }
  drop(s, from.id(), to == nullptr ? "no_host" : "host_down");
}

void Net::resetConnection(const ConnectionRecord& connection) {
  Host* client = hostOf(connection.clientAddress.ip());
  Host* server = hostOf(connection.serverAddress.ip());
  if (client == nullptr || server == nullptr) return;
  for (const bool toClient : {true, false}) {
    Segment* s = newSegment();
    s->from = toClient ? connection.serverAddress : connection.clientAddress;
    s->to = toClient ? connection.clientAddress : connection.serverAddress;
    s->flags = kRst;
    s->seq = s->ack = 0;
    s->window = s->length = 0;
    s->payloadHash = 0;
    s->sender = (toClient ? server : client)->id();
    s->receiver = nullptr;
    s->receiverGeneration = 0;
    route(toClient ? *server : *client, s);
  }
}

size_t Net::inFlight() const {
  size_t n = 0;
  for (const auto& row : links_) {
    for (const auto& l : row) n += l == nullptr ? 0 : l->inFlight();
  }
  return n;
}

}  // namespace orrery::sim
