#pragma once

#include <memory>

#include "sim/core/run.h"
#include "sim/net/link.h"
#include "sim/scenario/fault.h"

namespace orrery::sim {

// A fault of a scenario on one direction of a link, from its begin to its end.
class FaultRule final : public LinkRule {
 public:
  FaultRule(const Fault& fault, Run& run, EntityId entity) : fault_(fault), run_(run) { entity_.become(entity); }

  orrery::sim::Verdict judge(const Segment& /*segment*/, TimePoint now) override {
    const Duration at = now - TimePoint();
    if (at < fault_.begin || (!fault_.end.isZero() && at >= fault_.end)) return Verdict::pass();
    switch (fault_.kind) {
      case Fault::Kind::kBlackHole: return Verdict::drop();
      case Fault::Kind::kLatency: return Verdict::slower(fault_.latency);
      case Fault::Kind::kLoss:
        return run_.chooser().choose(entity_, Site::kLinkLoss, 2) == 0 ? Verdict::pass() : Verdict::drop();
    }
    return Verdict::pass();
  }

 private:
  const Fault& fault_;
  Run& run_;
  Entity entity_;
};

}  // namespace orrery::sim
