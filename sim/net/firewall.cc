#include "sim/net/firewall.h"

#include "sim/net/host.h"
#include "sim/net/link.h"
#include "sim/net/link_fault.h"
#include "sim/net/net.h"

namespace orrery::sim {

void Firewall::between(Net& net, Host& a, Host& b, Duration forgetsAfter, Unknown unknown) {
  const auto track = std::make_shared<ConnTrack>(forgetsAfter);
  for (Link* link : {&net.link(a, b), &net.link(b, a)}) {
    link->addRule(std::make_unique<Firewall>(net, *link, track, unknown));
  }
}

Verdict Firewall::judge(const Segment& s, TimePoint now) {
  const Ends ends{s.from, s.to};
  ConnTrack::Entry* entry = track_->find(ends, now);
  const bool opens = s.datagram || (s.flags & (kSyn | kAck | kRst)) == kSyn;
  if (entry == nullptr && opens) entry = track_->add(ends, ends, now);
  if (entry == nullptr) {
    if ((s.flags & kRst) != 0) return Verdict::pass();  // its own, or one that ends what is at an end here
    if (unknown_ == Unknown::kReset && !s.datagram) answerWithReset(net_, link_.to(), s);
    return Verdict::drop("the firewall does not know the connection");
  }
  entry->usedAt = now;
  if ((s.flags & kRst) != 0) track_->remove(*entry);
  return Verdict::pass();
}

}  // namespace orrery::sim
