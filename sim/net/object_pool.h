#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "sim/net/prefetch.h"

namespace orrery::sim {

// Recycles objects of one type without constructing them again; whoever takes one sets all of it. Last in, first out.
// Lifetime: outlives what it gave out. Threading: one OS thread.
template <class T>
class ObjectPool {
 public:
  ObjectPool() = default;
  ObjectPool(const ObjectPool&) = delete;
  ObjectPool& operator=(const ObjectPool&) = delete;

  T* take() {
    if (idle_.empty()) grow();
    T* t = idle_.back();
    idle_.pop_back();
    if (!idle_.empty()) prefetchObject(idle_.back());
    return t;
  }
  void give(T* t) { idle_.push_back(t); }

 private:
  static constexpr size_t kChunk = 32;
  void grow() {
    chunks_.push_back(std::make_unique<T[]>(kChunk));
    idle_.reserve(chunks_.size() * kChunk);
    for (size_t i = kChunk; i > 0; --i) idle_.push_back(&chunks_.back()[i - 1]);
  }
  std::vector<std::unique_ptr<T[]>> chunks_;
  std::vector<T*> idle_;
};

}  // namespace orrery::sim
