#include "sim/net/link_fault.h"

#include "proxy/base/assert.h"
#include "sim/net/host.h"
#include "sim/net/link.h"
#include "sim/net/net.h"

namespace orrery::sim {

namespace {

// Counts strikes up to the scope's bound.
bool strikesNow(const FaultScope& scope, Strikes& strikes, uint64_t& struck) {
  if (scope.first != 0 && struck >= scope.first) return false;
  if (!strikes.strike()) return false;
  ++struck;
  return true;
}

void sendReset(Net& net, Link& link, Endpoint from, Endpoint to, uint64_t seq, uint64_t ack) {
  net.run().at(net.run().now(), [&net, &link, from, to, seq, ack] {
    Segment* s = net.newSegment();
    s->from = from;
    s->to = to;
    s->flags = kRst | kAck;
    s->seq = seq;
    s->ack = ack;
    s->window = s->length = 0;
    s->payloadHash = 0;
    s->sender = link.from().id();
    s->receiver = nullptr;
    s->receiverGeneration = 0;
    link.send(s);
  });
}

}  // namespace

LinkFault::LinkFault(Verdict effect, const FaultScope& scope, const SegmentMatch& match, Strikes strikes)
    : effect_(effect), scope_(scope), match_(match), strikes_(std::move(strikes)) {
  ORRERY_ASSERT(scope.impossible().empty(), "a fault could strike");
}

ResetFault::ResetFault(Net& net, Link& link, const FaultScope& scope, const SegmentMatch& match, Strikes strikes)
    : net_(net), link_(link), scope_(scope), match_(match), strikes_(std::move(strikes)) {
  ORRERY_ASSERT(scope.impossible().empty(), "a fault could strike");
}

Verdict LinkFault::judge(const Segment& segment, TimePoint now) {
  if (!scope_.covers(now) || !match_.holds(segment)) return Verdict::pass();
  return strikesNow(scope_, strikes_, struck_) ? effect_ : Verdict::pass();
}

Verdict ResetFault::judge(const Segment& segment, TimePoint now) {
  if (segment.datagram || (segment.flags & kRst) != 0) return Verdict::pass();
  if (!scope_.covers(now) || !match_.holds(segment)) return Verdict::pass();
  if (!strikesNow(scope_, strikes_, struck_)) return Verdict::pass();
  resetBothEnds(net_, link_, segment);
  return Verdict::drop("reset by a middlebox");
}

void resetBothEnds(Net& net, Link& way, const Segment& s) {
  sendReset(net, way, s.from, s.to, s.seq, s.ack);
  sendReset(net, net.link(way.to(), way.from()), s.to, s.from, s.ack, s.seq + s.space());
}

void answerWithReset(Net& net, Host& by, const Segment& s) {
  Host* sender = net.hostOf(s.from.ip());
  if (sender == nullptr) return;
  sendReset(net, net.way(by, *sender), s.to, s.from, s.ack, s.seq + s.space());
}

}  // namespace orrery::sim
