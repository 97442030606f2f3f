#pragma once

#include <cstdint>
#include <unordered_map>

#include "sim/core/entity.h"

namespace orrery::sim {

// The partial order of what logical threads and the world did, as one number: two runs have the same number when each thread
// did the same, each entity went through the same events, and operations on the same object came in the same order, however else
// they were interleaved (Mazurkiewicz traces, with a happens-before hash in place of the trace: Musuvathi and Qadeer,
// MSR-TR-2007-12). Searches skip what is equal.
//
// What orders two threads: operations at schedule points on one object (atomics, mutexes, posts, each taken as a write), one
// waking the other, events of one entity, and time that passes. Within an instant nothing else can: links take time. Anything
// else that they share is none of its business; the thread sanitizer looks for that.
//
// Lifetime: a run. Threading: the run's OS thread.
class HappensBefore {
 public:
  // `thread` does something to `object`, an identity that is compared only.
  void touch(EntityId thread, const void* object) { join(threads_[thread], thread, objects_[object]); }
  // Another may stand in its place from now on.
  void forget(const void* object) { objects_.erase(object); }
  // Something happened to an entity, on a thread or (0) on none.
  void event(EntityId thread, EntityId entity, uint64_t what) {
    uint64_t& last = entities_[entity];
    if (thread != 0) {
      join(threads_[thread], hashCombine(thread, what), last);
    } else {
      total_ += last = hashCombine(hashCombine(last, entity), what);
    }
  }
  // `thread` comes to a point that it cannot go beyond, which none of the others can see.
  void step(EntityId thread) {
    uint64_t& clock = threads_[thread];
    total_ += clock = hashCombine(clock, thread);
  }
  // `by` makes `thread` go on. 0: the world does, by an event of this instant or of one before.
  void wake(EntityId by, EntityId thread) {
    const uint64_t cause = by == 0 ? instant_ : threads_[by];
    uint64_t& clock = threads_[thread];
    total_ += clock = hashCombine(hashCombine(clock, cause), thread);
  }
  // Nothing that comes after this instant can come before what there was.
  void timePassed(int64_t now) { instant_ = hashCombine(hashCombine(instant_, total_), static_cast<uint64_t>(now)); }

  // How late a loop will be is known to nobody until it runs.
  void loopLate(bool begins) { lateLoops_ += begins ? 1 : -1; }
  bool anyLoopLate() const { return lateLoops_ != 0; }

  // Of all so far.
  uint64_t value() const { return hashCombine(total_, instant_); }

 private:
  void join(uint64_t& clock, uint64_t who, uint64_t& object) {
    clock = object = hashCombine(hashCombine(clock, object), who);
    total_ += clock;  // a sum: in which order those that are not ordered are added does not matter
  }

  // The last operation of each, with all that it depends on. Looked up, never walked.
  std::unordered_map<EntityId, uint64_t> threads_;
  std::unordered_map<const void*, uint64_t> objects_;
  std::unordered_map<EntityId, uint64_t> entities_;
  uint64_t instant_ = 0x6f72646572ULL;
  uint64_t total_ = 0;
  int lateLoops_ = 0;
};

}  // namespace orrery::sim
