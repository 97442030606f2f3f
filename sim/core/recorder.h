#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/base/time.h"
#include "sim/core/entity.h"

namespace orrery::sim {

struct RecordedField {
  std::string_view name;  // a literal of the event list
  bool isText = false;
  uint64_t number = 0;
  std::string text;
};

struct RecordedEvent {
  uint64_t index = 0;  // counts events and choices from 1, as RollingHash::count()
  TimePoint at;
  EntityId entity = 0;
  EntityId thread = 0;  // logical thread that ran; 0: the kernel or the harness
  uint16_t number = 0;
  std::string_view name;
  std::vector<RecordedField> fields;
  uint64_t hashAfter = 0;

  const RecordedField* field(std::string_view fieldName) const;
  uint64_t numberOf(std::string_view fieldName) const;
  std::string_view textOf(std::string_view fieldName) const;
};

// Keeps what happened, for charts and for finding the first difference of two runs. Off in ordinary runs: a run that fails
// is run again with a recorder, because runs repeat exactly. Bounds: stops at kMax events and says so.
class EventRecorder {
 public:
  static constexpr size_t kMax = 4u << 20;

  template <class E>
  void record(uint64_t index, TimePoint at, EntityId entity, EntityId thread, const E& event, uint64_t hashAfter) {
    if (events_.size() >= kMax) {
      truncated_ = true;
      return;
    }
    RecordedEvent& r = events_.emplace_back();
    r.index = index;
    r.at = at;
    r.entity = entity;
    r.thread = thread;
    r.number = static_cast<uint16_t>(E::kNumber);
    r.name = E::kName;
    r.hashAfter = hashAfter;
    Fields visitor{r.fields};
    event.fields(visitor);
    if (index == watched_) onWatched_();
  }

  const std::vector<RecordedEvent>& events() const { return events_; }
  bool truncated() const { return truncated_; }
  // Called by the code that makes event `index` of the next run, as soon as it is written down.
  void watch(uint64_t index, std::function<void()> fn) {
    watched_ = index;
    onWatched_ = std::move(fn);
  }
  void clear();

 private:
  struct Fields {
    std::vector<RecordedField>& out;
    void number(std::string_view name, uint64_t v) { out.push_back({name, false, v, {}}); }
    void bytes(std::string_view name, std::string_view v) { out.push_back({name, true, 0, std::string(v)}); }
  };
  std::vector<RecordedEvent> events_;
  bool truncated_ = false;
  uint64_t watched_ = 0;  // events count from 1
  std::function<void()> onWatched_;
};

// Position in both lists of the first event that differs (by hash), or -1 if there is none. A list that ends early differs where it ends.
ptrdiff_t firstDifference(const EventRecorder& a, const EventRecorder& b);

// "60.000000000 /client/connection.1 segment_sent from=... length=83", for messages.
std::string describe(const RecordedEvent& event, const class Names& names);

}  // namespace orrery::sim
