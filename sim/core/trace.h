#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>

#include "proxy/base/time.h"
#include "sim/core/coverage.h"
#include "sim/core/entity.h"
#include "sim/core/events.h"
#include "sim/core/happens_before.h"
#include "sim/core/names.h"
#include "sim/core/recorder.h"
#include "sim/core/rolling_hash.h"

namespace orrery::sim {

// Where everything that happens in a run is written down: always into the rolling hash; into a recorder, a coverage and an
// order of events when somebody asked for them.
// Threading: the run's OS thread.
class Trace {
 public:
  explicit Trace(EventRecorder* recorder) : recorder_(recorder), watched_(recorder != nullptr) {}

  void keepCoverage() {
    coverage_ = std::make_unique<Coverage>();
    watched_ = true;
  }
  void keepOrder() {
    order_ = std::make_unique<HappensBefore>();
    watched_ = true;
  }

  template <class E>
  void emit(EntityId entity, const E& event) {
    hash_.event(now_.inNanoseconds(), entity, event);
    if (watched_) [[unlikely]]
      watch(entity, event);
  }
  void choice(EntityId entity, Site site, uint64_t occurrence, uint64_t key, uint64_t n, uint64_t value) {
    hash_.choice(key, n, value);
    if (watched_) [[unlikely]]
      watchChoice(entity, site, occurrence, key, n, value);
  }

  TimePoint now() const { return now_; }
  void setNow(TimePoint now) {
    now_ = now;
    if (order_ != nullptr) [[unlikely]]
      order_->timePassed(now.inNanoseconds());
  }
  // The logical thread that runs, for the record.
  void setThread(EntityId thread) { thread_ = thread; }
  EntityId thread() const { return thread_; }

  RollingHash& hash() { return hash_; }
  const RollingHash& hash() const { return hash_; }
  EventRecorder* recorder() const { return recorder_; }
  Coverage* coverage() { return coverage_.get(); }  // null: not kept
  HappensBefore* order() { return order_.get(); }   // likewise

 private:
  template <class E>
  void watch(EntityId entity, const E& event) {
    if (recorder_ != nullptr) recorder_->record(hash_.count(), now_, entity, thread_, event, hash_.value());
    if (coverage_ != nullptr) {
      coverage_->event(thread_, entity, static_cast<uint64_t>(E::kNumber));
      if constexpr (std::is_same_v<E, SocketState>) coverage_->socket(entity, event.state);
    }
    // That a thread runs is not what it does.
    if constexpr (!std::is_same_v<E, ThreadRan>) {
      if (order_ == nullptr) return;
      FieldsHash what{static_cast<uint64_t>(E::kNumber)};
      event.fields(what);
      order_->event(thread_, entity, what.value);
    }
  }
  void watchChoice(EntityId entity, Site site, uint64_t occurrence, uint64_t key, uint64_t n, uint64_t value);

  struct FieldsHash {
    uint64_t value;
    void number(std::string_view /*name*/, uint64_t v) { value = hashCombine(value, v); }
    void bytes(std::string_view /*name*/, std::string_view v) { value = hashCombine(value, hashString(v)); }
  };

  TimePoint now_;
  EntityId thread_ = 0;
  RollingHash hash_;
  EventRecorder* recorder_;
  std::unique_ptr<Coverage> coverage_;
  std::unique_ptr<HappensBefore> order_;
  bool watched_;
};

}  // namespace orrery::sim
