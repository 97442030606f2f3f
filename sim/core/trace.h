#pragma once

#include <cstdint>

#include "proxy/base/time.h"
#include "sim/core/entity.h"
#include "sim/core/names.h"
#include "sim/core/recorder.h"
#include "sim/core/rolling_hash.h"

namespace orrery::sim {

// Where everything that happens in a run is written down: always into the rolling hash, into a recorder when there is one.
// Threading: the run's OS thread.
class Trace {
 public:
  explicit Trace(EventRecorder* recorder) : recorder_(recorder) {}

  template <class E>
  void emit(EntityId entity, const E& event) {
    hash_.event(now_.inNanoseconds(), entity, event);
    if (recorder_ != nullptr) [[unlikely]]
      recorder_->record(hash_.count(), now_, entity, thread_, event, hash_.value());
  }
  void choice(EntityId entity, Site site, uint64_t occurrence, uint64_t key, uint64_t n, uint64_t value) {
    hash_.choice(key, n, value);
    if (recorder_ != nullptr) [[unlikely]]
      recordChoice(entity, site, occurrence, key, n, value);
  }

  TimePoint now() const { return now_; }
  void setNow(TimePoint now) { now_ = now; }
  // The logical thread that runs, for the record.
  void setThread(EntityId thread) { thread_ = thread; }

  RollingHash& hash() { return hash_; }
  const RollingHash& hash() const { return hash_; }
  EventRecorder* recorder() const { return recorder_; }

 private:
  void recordChoice(EntityId entity, Site site, uint64_t occurrence, uint64_t key, uint64_t n, uint64_t value);

  TimePoint now_;
  EntityId thread_ = 0;
  RollingHash hash_;
  EventRecorder* recorder_;
};

}  // namespace orrery::sim
