#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/core/entity.h"
#include "sim/core/occurrences.h"

namespace orrery::sim {

// What a run did that another may not have done, as a set of numbers (features), for searches that keep the runs which reach
// something new. Four sorts:
// - which event of an entity came after which of the same one (what a timer, a request or a socket went through);
// - which event came after which on the same logical thread, whosever they are: the order in which callbacks met;
// - who came to an atomic, a mutex or a post after whom (how often each had been at one before counts by powers of two);
// - the states of all sockets together, at each change of one.
// Features are told apart by the paths of entities, so they belong to one scenario.
//
// Lifetime: a run. Threading: the run's OS thread. Bounds: kMost features.
class Coverage {
 public:
  static constexpr size_t kMost = 1u << 16;

  void event(EntityId thread, EntityId entity, uint64_t number) {
    const uint64_t what = hashCombine(entity, number);
    step(own_[entity], what);
    step(onThread_[thread], what);
  }
  // A thread does something to an object that others may touch; the object is compared only.
  void touch(EntityId thread, const void* object) {
    const uint64_t who = hashCombine(thread, static_cast<uint64_t>(std::bit_width(++touches_[thread])));
    uint64_t& last = objects_[object];
    add(hashCombine(last, who));
    last = who;
  }
  void forget(const void* object) { objects_.erase(object); }
  void socket(EntityId socket, uint64_t state) {
    uint64_t& is = sockets_[socket];
    together_ ^= is;
    is = hashCombine(socket, state + 1);
    together_ ^= is;
    add(together_);
  }

  // In the order in which they were reached. Takes them.
  std::vector<uint64_t> take() { return std::move(reached_); }

 private:
  void step(uint64_t& last, uint64_t what) {
    add(hashCombine(last, what));
    last = what;
  }
  void add(uint64_t feature) {
    if (reached_.size() < kMost && seen_.next(feature) == 0) reached_.push_back(feature);
  }

  // Looked up, never walked.
  std::unordered_map<EntityId, uint64_t> own_;
  std::unordered_map<EntityId, uint64_t> onThread_;
  std::unordered_map<EntityId, uint64_t> sockets_;
  std::unordered_map<EntityId, uint64_t> touches_;
  std::unordered_map<const void*, uint64_t> objects_;
  uint64_t together_ = 0;
  Occurrences seen_;
  std::vector<uint64_t> reached_;
};

}  // namespace orrery::sim
