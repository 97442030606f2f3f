#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "proxy/base/assert.h"

namespace orrery {

// Recycled memory blocks for arenas; one per worker. Blocks are kept until the pool dies, up to `kMaxIdle`.
class ArenaPool {
 public:
  static constexpr size_t kBlockSize = 8 * 1024;
  static constexpr size_t kMaxIdle = 1024;

  std::unique_ptr<std::byte[]> take() {
    if (idle_.empty()) return std::make_unique_for_overwrite<std::byte[]>(kBlockSize);
    auto b = std::move(idle_.back());
    idle_.pop_back();
    return b;
  }
  void give(std::unique_ptr<std::byte[]> b) {
    if (idle_.size() < kMaxIdle) idle_.push_back(std::move(b));
  }

 private:
  std::vector<std::unique_ptr<std::byte[]>> idle_;
};

// Bump allocator of one stream: everything a request needs lives here and goes back whole. Destructors of what was made
// in it are not run, so only trivially destructible things, or things whose owner ends them.
//
// Lifetime: the pool outlives the arena. Threading: the worker's. Bounds: the codec's limits bound what is put in.
class Arena {
 public:
  explicit Arena(ArenaPool& pool) : pool_(pool) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() { reset(); }

  void* allocate(size_t size, size_t align) {
    size_t at = (used_ + align - 1) & ~(align - 1);
    if (current_ == nullptr || at + size > capacity_) {
      grow(size + align);
      at = (used_ + align - 1) & ~(align - 1);
    }
    used_ = at + size;
    return current_ + at;
  }

  template <class T, class... Args>
  T* make(Args&&... args) {
    return new (allocate(sizeof(T), alignof(T))) T(std::forward<Args>(args)...);
  }

  // A copy that lives as long as the arena.
  std::string_view copy(std::string_view s) {
    if (s.empty()) return {};
    char* p = static_cast<char*>(allocate(s.size(), 1));
    std::memcpy(p, s.data(), s.size());
    return {p, s.size()};
  }
  // Uninitialised room, to be written by the caller.
  char* room(size_t n) { return static_cast<char*>(allocate(n, 1)); }

  // Gives everything back; all that was allocated is invalid.
  void reset() {
    for (auto& b : blocks_) pool_.give(std::move(b));
    blocks_.clear();
    large_.clear();
    current_ = nullptr;
    used_ = capacity_ = 0;
  }

 private:
  void grow(size_t need) {
    if (need > ArenaPool::kBlockSize) {
      // Oversized pieces get a block of their own; alignment slack was added by the caller.
      large_.push_back(std::make_unique_for_overwrite<std::byte[]>(need));
      current_ = large_.back().get();
      capacity_ = need;
    } else {
      blocks_.push_back(pool_.take());
      current_ = blocks_.back().get();
      capacity_ = ArenaPool::kBlockSize;
    }
    used_ = 0;
  }

  ArenaPool& pool_;
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::vector<std::unique_ptr<std::byte[]>> large_;
  std::byte* current_ = nullptr;
  size_t used_ = 0;
  size_t capacity_ = 0;
};

}  // namespace orrery
