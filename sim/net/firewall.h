#pragma once

#include <memory>

#include "sim/net/conntrack.h"
#include "sim/net/forwarder.h"
#include "sim/net/link_rule.h"

namespace orrery::sim {

class Link;
class Net;

// A stateful firewall on both directions of a link: lets new connections pass and what belongs to those that it remembers.
// A segment of one that it has forgotten vanishes, or its sender gets a RST; the other end hears nothing of it.
class Firewall final : public LinkRule {
 public:
  // Puts one on each direction of the link between the two; they share what they remember. `forgetsAfter` zero: never.
  static void between(Net& net, class Host& a, class Host& b, Duration forgetsAfter, Unknown unknown);

  Firewall(Net& net, Link& link, std::shared_ptr<ConnTrack> track, Unknown unknown)
      : net_(net), link_(link), track_(std::move(track)), unknown_(unknown) {}
  Verdict judge(const Segment& segment, TimePoint now) override;

 private:
  Net& net_;
  Link& link_;
  std::shared_ptr<ConnTrack> track_;  // of the firewalls of both directions
  Unknown unknown_;
};

}  // namespace orrery::sim
