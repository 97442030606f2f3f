#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "proxy/base/assert.h"
#include "proxy/base/delegate.h"

namespace orrery::sim {

// Something that happens at an instant of virtual time. Lives in its owner (a link, a loop, a socket), so filing one never
// allocates. It is filed at most once; it must not be filed when it dies (its owner cancels).
//
// `work` events keep a run from being quiet: segments in flight, retries. Timers of the proxy and the clean-up of closed
// connections are not work.
class Event {
 public:
  explicit Event(Delegate<void()> fire) : fire_(fire) {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { ORRERY_DCHECK(!filed(), "an event is cancelled before its owner dies"); }

  bool filed() const { return index_ != kNotFiled; }
  // Valid while filed.
  int64_t at() const { return at_; }

 private:
  friend class EventQueue;
  static constexpr uint32_t kNotFiled = UINT32_MAX;
  Delegate<void()> fire_;
  int64_t at_ = 0;
  uint32_t index_ = kNotFiled;
  bool work_ = false;
};

// All that will happen in a world, ordered by (time, sequence number): equal times happen in the order in which they were
// filed. A 4-ary heap of small entries; links and loops file one event each, so it stays as small as the world.
class EventQueue {
 public:
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  // Files at `at`; an event that is filed is moved there (and counts as filed now).
  void file(Event& event, int64_t at, bool work) { fileNumbered(event, at, takeNumber(), work); }
  // As above with a sequence number taken earlier: a link files its first segment with the number of that segment.
  void fileNumbered(Event& event, int64_t at, uint64_t number, bool work);
  // Makes sure it is filed no later than `at`. The owner finds out at fire time whether it is too early: timers that are
  // mostly pushed back cost nothing that way.
  void fileBy(Event& event, int64_t at, bool work) {
    if (!event.filed() || event.at_ > at) file(event, at, work);
  }
  void cancel(Event& event) {
    if (event.filed()) remove(event.index_);
  }
  uint64_t takeNumber() { return next_++; }

  int64_t nextTime() const { return heap_.empty() ? kNever : heap_.front().at; }
  // Takes out the first event and lets it happen. There must be one.
  void fireFirst();

  // Filed events that are work.
  size_t work() const { return work_; }
  size_t size() const { return heap_.size(); }
  void clear();

 private:
  struct Slot {
    int64_t at;
    uint64_t number;
    Event* event;
    bool before(const Slot& o) const { return at != o.at ? at < o.at : number < o.number; }
  };
  void put(uint32_t i, const Slot& s) {
    heap_[i] = s;
    s.event->index_ = i;
  }
  void remove(uint32_t i);
  void siftUp(uint32_t i, const Slot& moving);
  void siftDown(uint32_t i, const Slot& moving);

  std::vector<Slot> heap_;
  uint64_t next_ = 1;
  size_t work_ = 0;
};

}  // namespace orrery::sim
