#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "sim/core/entity.h"

namespace orrery::sim {

// In which order threads took mutexes while they held others: two orders that contradict each other can end in a deadlock under
// another schedule, whether this one does or not. Mutexes are identities that are compared only.
// Lifetime: a run. Threading: the run's OS thread. Bounds: a handful of mutexes are ever held at once; looked for by walking.
class LockOrder {
 public:
  // `thread` takes `mutex` while it holds `held`. Returns the thread that took them the other way round, by itself or with
  // others in between; told once for each pair of mutexes.
  std::optional<EntityId> take(EntityId thread, const void* held, const void* mutex) {
    for (const Edge& e : edges_) {
      if (e.first == held && e.second == mutex) return std::nullopt;
    }
    const std::optional<EntityId> other = wayFrom(mutex, held, edges_.size());
    edges_.push_back({held, mutex, thread});
    return other;
  }
  void forget(const void* mutex) {
    std::erase_if(edges_, [mutex](const Edge& e) { return e.first == mutex || e.second == mutex; });
  }

 private:
  struct Edge {
    const void* first;
    const void* second;
    EntityId thread;  // the first that did so
  };
  // Who began a way of at most `steps` from one mutex to another.
  std::optional<EntityId> wayFrom(const void* from, const void* to, size_t steps) const {
    if (steps == 0) return std::nullopt;
    for (const Edge& e : edges_) {
      if (e.first != from) continue;
      if (e.second == to || wayFrom(e.second, to, steps - 1)) return e.thread;
    }
    return std::nullopt;
  }

  std::vector<Edge> edges_;
};

}  // namespace orrery::sim
