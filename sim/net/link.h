#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "proxy/base/time.h"
#include "sim/core/event_queue.h"
#include "sim/core/run.h"
#include "sim/net/segment.h"

namespace orrery::sim {

class Host;
class Net;

struct LinkOptions {
  Duration latency = Duration::microseconds(100);  // at least 1 ns
  uint32_t mtu = 65536;                            // as Linux' lo
  bool lossy = false;                              // each segment may be lost, by choice
};

// What a rule says of a segment: let it pass, drop it, or let it take longer.
struct Verdict {
  enum class Kind : uint8_t { kPass, kDrop, kDelay };
  Kind kind = Kind::kPass;
  Duration delay;

  static Verdict pass() { return {}; }
  static Verdict drop() { return {Kind::kDrop, {}}; }
  static Verdict slower(Duration by) { return {Kind::kDelay, by}; }
};

// A fault on a link: sees each segment that enters it. The first drop wins, delays add up.
// Lifetime: the link's, until its guard (LinkRuleGuard) dies.
class LinkRule {
 public:
  virtual ~LinkRule() = default;
  virtual Verdict judge(const Segment& segment, TimePoint now) = 0;
};

// One direction between two hosts: a queue with a latency. Segments leave it in the order in which they entered.
//
// Extra delay is a choice for each segment; it holds up those behind it. Time on a link is at least 1 ns.
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
  // Largest TCP payload: MTU without IPv4 and TCP headers with time stamps, as Linux counts.
  uint32_t mss() const { return options_.mtu - 52; }
  void setLatency(Duration latency);
  void setOptions(const LinkOptions& options);

  LinkRule& addRule(std::unique_ptr<LinkRule> rule);
  void removeRule(const LinkRule& rule);
  // Segments under way.
  size_t inFlight() const { return inFlight_; }

 private:
  void onArrival();
  void fileHead();

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
  std::vector<std::unique_ptr<LinkRule>> rules_;
};

}  // namespace orrery::sim
