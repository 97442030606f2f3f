#pragma once

#include <utility>

#include "sim/net/fault_scope.h"
#include "sim/net/link_rule.h"

namespace orrery::sim {

class Host;
class Link;
class Net;

// A fault that gives one verdict to every segment that it strikes: loss, delay, duplication, reordering, corruption, a black
// hole, one half of a partition.
//
//   link.addRule(std::make_unique<LinkFault>(Verdict::drop("black hole"), scope, match, Strikes(run, id, kAlways)));
class LinkFault final : public LinkRule {
 public:
  // Asserts that the scope can be in force; scenarios are told by sim/script.
  LinkFault(Verdict effect, const FaultScope& scope, const SegmentMatch& match, Strikes strikes);
  Verdict judge(const Segment& segment, TimePoint now) override;

 private:
  Verdict effect_;
  FaultScope scope_;
  SegmentMatch match_;
  Strikes strikes_;
  uint64_t struck_ = 0;
};

// A middlebox that ends connections: instead of the segment that it strikes, each end gets a RST that stands where that
// segment's answer and continuation would, so that both kernels take it (RFC 5961 section 3.2).
class ResetFault final : public LinkRule {
 public:
  ResetFault(Net& net, Link& link, const FaultScope& scope, const SegmentMatch& match, Strikes strikes);
  Verdict judge(const Segment& segment, TimePoint now) override;

 private:
  Net& net_;
  Link& link_;
  FaultScope scope_;
  SegmentMatch match_;
  Strikes strikes_;
  uint64_t struck_ = 0;
};

// Sends, at once but after what runs now, RSTs to both ends of the connection that `segment` belongs to, as if from each
// other. `way` is the link that the segment was on.
void resetBothEnds(Net& net, Link& way, const Segment& segment);

// The RST alone that goes back to the sender of `segment`, sent at once but after what runs now by `by`: the host that it
// was on the way to, or a box on that way.
void answerWithReset(Net& net, Host& by, const Segment& segment);

}  // namespace orrery::sim
