#include "sim/net/host.h"

#include <algorithm>

#include "proxy/base/assert.h"
#include "sim/core/loop_wait.h"
#include "sim/net/net.h"

namespace orrery::sim {

Host::Host(Net& net, uint64_t number, std::string_view name, Name label, std::vector<IpAddress> addresses)
    : net_(net),
      number_(number),
      name_(name),
      id_(net.run().names().childKept(0, label, 0)),
      addresses_(std::move(addresses)),
      tcp_(net, *this),
      udp_(net, *this) {
  ORRERY_ASSERT(!addresses_.empty(), "a host has an address");
}

bool Host::owns(IpAddress ip) const { return std::find(addresses_.begin(), addresses_.end(), ip) != addresses_.end(); }

std::optional<IpAddress> Host::sourceFor(IpAddress to) const {
  for (const IpAddress ip : addresses_) {
    if (ip.sameFamily(to)) return ip;
  }
  return std::nullopt;
}

void Host::receive(Segment* s) {
  if (tapped_ && !down_) [[unlikely]] {
    for (NetTap* tap : net_.taps()) tap->onArrived(*this, *s);
  }
  if (down_ || s->corrupted) [[unlikely]] {
    net_.drop(s, id_, down_ ? "host_down" : "checksum");
  } else if (forwarder_ != nullptr) [[unlikely]] {
    forwarder_->forward(s);
  } else if (s->datagram) {
    udp_.receive(s);
  } else {
    tcp_.receive(s);
  }
}

void Host::crash() {
  pause();
  setDown(true);
  tcp_.loseAll();
}

void Host::restart() {
  setDown(false);
  resume();
}

void Host::pause() {
  paused_ = true;
  for (LoopWait* loop : loops_) loop->pause();
}

void Host::resume() {
  paused_ = false;
  for (LoopWait* loop : loops_) loop->resume();
}

void Host::addLoop(LoopWait& loop) { loops_.push_back(&loop); }

void Host::removeLoop(LoopWait& loop) { std::erase(loops_, &loop); }

CallVerdict Host::judgeCall(SocketCall call) {
  call.descriptors = descriptors_;
  CallVerdict v;
  for (const auto& rule : callRules_) v.add(rule->judge(call, net_.run().now()));
  return v;
}

}  // namespace orrery::sim
