#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "proxy/base/time.h"

namespace orrery {

// The timers of one dispatcher, ordered by (deadline, arming number): equal deadlines fire in the order in which they
// were armed. One 4-ary heap of entries that live inside their owners, so arming never allocates once the vector has
// grown, and re-arming to a later deadline (the common case: an idle timer pushed back by each byte) or disarming only
// stores it; the heap entry is re-filed or dropped when it comes up. The order of firing is that of an eagerly re-armed queue.
//
// Lifetime: owners call forget() before an entry dies. Threading: the owning dispatcher only.
class TimerQueue {
 public:
  class Entry {
   public:
    Entry() = default;
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    bool armed() const { return armed_; }
    TimePoint deadline() const { return deadline_; }
    uint64_t armingNumber() const { return number_; }

   private:
    friend class TimerQueue;
    TimePoint deadline_;   // what the owner asked for
    uint64_t number_ = 0;  // arming number that goes with deadline_
    TimePoint filed_;      // key under which the heap holds the entry; never later than deadline_
    uint64_t filedNumber_ = 0;
    uint32_t index_ = kNotFiled;
    bool armed_ = false;
    static constexpr uint32_t kNotFiled = UINT32_MAX;
  };

  TimerQueue() = default;
  TimerQueue(const TimerQueue&) = delete;
  TimerQueue& operator=(const TimerQueue&) = delete;

  // Arms or re-arms. A deadline in the past fires in the next walk over due timers.
  void arm(Entry& entry, TimePoint deadline);
  // The entry will not fire. It may stay filed (arming it again later is then free); see forget().
  void disarm(Entry& entry);
  // Disarms, and afterwards nothing refers to the entry: to be called before it dies.
  void forget(Entry& entry);

  // The earliest deadline, exact, or TimePoint::max(). Re-files lazily re-armed entries on the way.
  TimePoint nextDeadline();

  // Takes out the first armed entry with deadline <= now whose arming number is below `numberLimit` (a timer armed by a
  // callback of this walk waits for the next one), or null.
  Entry* popDue(TimePoint now, uint64_t numberLimit);

  // Appends the due entries that share the first one's deadline, in arming order, without taking them out: the ties
  // among which a simulated scheduler may choose.
  void collectTies(TimePoint now, uint64_t numberLimit, std::vector<Entry*>& out);

  // The arming number the next arm() will use.
  uint64_t nextNumber() const { return nextNumber_; }
  size_t armedCount() const { return armedCount_; }
  // Calls f(entry) for each armed entry, in no order that means anything; for reports.
  template <class F>
  void forEachArmed(F&& f) const {
    for (const Slot& s : heap_) {
      if (s.entry->armed()) f(*s.entry);
    }
  }

 private:
  struct Slot {
    TimePoint deadline;
    uint64_t number;
    Entry* entry;
    bool before(const Slot& o) const { return deadline != o.deadline ? deadline < o.deadline : number < o.number; }
  };
  void settleTop();
  void file(Entry& entry);
  void remove(uint32_t index);
  void siftUp(uint32_t index);
  void siftDown(uint32_t index);
  void put(uint32_t index, const Slot& slot);

  std::vector<Slot> heap_;
  uint64_t nextNumber_ = 1;
  size_t armedCount_ = 0;
};

}  // namespace orrery
