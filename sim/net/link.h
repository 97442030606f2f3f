#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "proxy/base/time.h"
#include "sim/core/event_queue.h"
#include "sim/core/run.h"
#include "sim/net/link_options.h"
#include "sim/net/link_rule.h"
#include "sim/net/link_shape.h"
#include "sim/net/segment.h"

namespace orrery::sim {

class Host;
class Net;

// One direction between two hosts: a queue with a latency. Segments leave it in the order in which they entered, but for
// those that a shape or a rule lets be overtaken.
//
// Extra delay is a choice for each segment; it holds up those behind it. Time on a link is at least 1 ns. A link without
// shape, rules and tap pays one branch for them.
// Lifetime: the net's. Threading: the run's.
class Link {
 public:
  Link(Net& net, Host& from, Host& to, EntityId id, const LinkOptions& options);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // Takes the segment. Called by the sending kernel, after it has set everything but times.
  void send(Segment* segment);

  Host& from() const { return from_; }
  Host& to() const { return to_; }
  const LinkOptions& options() const { return options_; }
  // Largest TCP payload: MTU without the headers of IP and of TCP with time stamps, as Linux counts.
  uint32_t mss(bool ipv6) const { return options_.mtu - (ipv6 ? 72 : 52); }
  void setOptions(const LinkOptions& options);

  LinkRule& addRule(std::unique_ptr<LinkRule> rule);
  void removeRule(const LinkRule& rule);
  // Whether the net's tap is to be shown what enters.
  void setTapped(bool tapped);
  // Segments under way.
  size_t inFlight() const { return inFlight_; }

 private:
  void sendWithTrouble(Segment* segment, TimePoint now, Duration extra);
  void enter(Segment* segment, int64_t arrivesAt);
  void enterBefore(Segment* segment);
  void onArrival();
  void fetchAhead() const;
  void fileHead();
  void noteTrouble() { troubled_ = options_.lossy || shape_ != nullptr || !rules_.empty() || tapped_; }

  Net& net_;
  Run& run_;
  Host& from_;
  Host& to_;
  Entity entity_;
  LinkOptions options_;
  Event arrival_{Delegate<void()>::to<&Link::onArrival>(this)};
  Segment* head_ = nullptr;
  Segment* tail_ = nullptr;
  size_t inFlight_ = 0;
  int64_t lastArrival_ = 0;
  bool troubled_ = false;  // any of those below, or lossy
  std::unique_ptr<LinkShape> shape_;
  std::vector<std::unique_ptr<LinkRule>> rules_;
  bool tapped_ = false;
};

}  // namespace orrery::sim
