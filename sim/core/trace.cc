#include "sim/core/trace.h"

#include "sim/core/events.h"

namespace orrery::sim {

void Trace::watchChoice(EntityId entity, Site site, uint64_t occurrence, uint64_t key, uint64_t n, uint64_t value) {
  if (recorder_ != nullptr) {
    const Choice c{static_cast<uint64_t>(site), occurrence, n, value, key};
    recorder_->record(hash_.count(), now_, entity, thread_, c, hash_.value());
  }
  if (order_ == nullptr) return;
  const SiteKind kind = siteInfo(site).kind;
  // Of these nothing is left but the order and the time of what comes after them; a call that took less leaves something behind
  // that no event tells.
  if (kind == SiteKind::kSchedule || kind == SiteKind::kTie || kind == SiteKind::kLateness) return;
  order_->event(thread_, entity, hashCombine(static_cast<uint64_t>(site), value));
}

}  // namespace orrery::sim
