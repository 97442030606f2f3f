#pragma once

#include <string_view>

#include "sim/net/link_rule.h"
#include "sim/net/segment.h"

namespace orrery::sim {

class Host;

// Sees every segment that leaves a host and every one that arrives at one, for captures. Must not touch the world: a run
// with a tap has the hash of one without.
// Lifetime: its owner's; outlives its being set. Threading: the run's.
class NetTap {
 public:
  // `to` null: no host has the address, and the segment is lost.
  virtual void onSent(const Host& from, const Host* to, const Segment& segment, const Verdict& verdict) = 0;
  virtual void onArrived(const Host& at, const Segment& segment) = 0;
  // Something happened to a host: a fault, in a few words.
  virtual void onNote(const Host& host, std::string_view what) = 0;

 protected:
  ~NetTap() = default;
};

}  // namespace orrery::sim
