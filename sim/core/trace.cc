#include "sim/core/trace.h"

#include "sim/core/events.h"

namespace orrery::sim {

void Trace::recordChoice(EntityId entity, Site site, uint64_t occurrence, uint64_t key, uint64_t n, uint64_t value) {
  const Choice c{static_cast<uint64_t>(site), occurrence, n, value, key};
  recorder_->record(hash_.count(), now_, entity, thread_, c, hash_.value());
}

}  // namespace orrery::sim
