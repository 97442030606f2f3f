#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

#include "proxy/base/assert.h"
#include "proxy/base/spoil.h"

namespace orrery {

// A piece of memory of an arena, linked to the one before it: an arena needs no memory of its own.
struct ArenaBlock {
  ArenaBlock* before;
  size_t size;  // of the bytes that follow
  std::byte* bytes() { return reinterpret_cast<std::byte*>(this + 1); }

  static ArenaBlock* make(size_t size) {
    auto* b = static_cast<ArenaBlock*>(::operator new(sizeof(ArenaBlock) + size));
    b->size = size;
    return b;
  }
  static void free(ArenaBlock* b) { ::operator delete(b); }
};

// Recycled memory blocks for arenas; one per worker. Blocks are kept until the pool dies, up to `kMaxIdle`.
class ArenaPool {
 public:
  static constexpr size_t kBlockSize = 8 * 1024 - sizeof(ArenaBlock);
  static constexpr size_t kMaxIdle = 1024;

  ArenaPool() = default;
  ArenaPool(const ArenaPool&) = delete;
  ArenaPool& operator=(const ArenaPool&) = delete;
  ~ArenaPool() {
    while (idle_ != nullptr) ArenaBlock::free(std::exchange(idle_, idle_->before));
  }

  ArenaBlock* take() {
    if (idle_ == nullptr) return ArenaBlock::make(kBlockSize);
    --idleCount_;
    return std::exchange(idle_, idle_->before);
  }
  void give(ArenaBlock* b) {
    if (b->size != kBlockSize || idleCount_ == kMaxIdle) {
      ArenaBlock::free(b);
      return;
    }
    spoil(b->bytes(), b->size);
    b->before = std::exchange(idle_, b);
    ++idleCount_;
  }

 private:
  ArenaBlock* idle_ = nullptr;
  size_t idleCount_ = 0;
};

// Bump allocator of one stream: everything a request needs lives here and goes back whole. Destructors of what was made
// in it are not run, so only trivially destructible things, or things whose owner ends them.
//
// Lifetime: the pool outlives the arena. Threading: the worker's. Bounds: the codec's limits bound what is put in;
// alignment up to that of std::max_align_t, which is what blocks have.
class Arena {
 public:
  explicit Arena(ArenaPool& pool) : pool_(pool) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() { reset(); }

  void* allocate(size_t size, size_t align) {
    ORRERY_DCHECK(align <= alignof(std::max_align_t), "blocks are aligned no better");
    size_t at = (used_ + align - 1) & ~(align - 1);
    if (blocks_ == nullptr || at + size > blocks_->size) {
      grow(size + align);
      at = (used_ + align - 1) & ~(align - 1);
    }
    used_ = at + size;
    return blocks_->bytes() + at;
  }

  template <class T, class... Args>
  T* make(Args&&... args) {
    static_assert(alignof(T) <= alignof(std::max_align_t));
    return new (allocate(sizeof(T), alignof(T))) T(std::forward<Args>(args)...);
  }

  // A copy that lives as long as the arena.
  std::string_view copy(std::string_view s) {
    if (s.empty()) return {};
    char* p = static_cast<char*>(allocate(s.size(), 1));
    std::memcpy(p, s.data(), s.size());
    return {p, s.size()};
  }
  // The parts one after the other.
  std::string_view join(std::initializer_list<std::string_view> parts) {
    size_t size = 0;
    for (std::string_view part : parts) size += part.size();
    char* text = room(size);
    char* at = text;
    for (std::string_view part : parts) {
      if (part.empty()) continue;
      std::memcpy(at, part.data(), part.size());
      at += part.size();
    }
    return {text, size};
  }
  // Uninitialised room, to be written by the caller.
  char* room(size_t n) { return static_cast<char*>(allocate(n, 1)); }

  // Gives everything back; all that was allocated is invalid.
  void reset() {
    while (blocks_ != nullptr) pool_.give(std::exchange(blocks_, blocks_->before));
    used_ = 0;
  }

 private:
  void grow(size_t need) {
    // Oversized pieces get a block of their own; alignment slack was added by the caller.
    ArenaBlock* b = need > ArenaPool::kBlockSize ? ArenaBlock::make(need) : pool_.take();
    b->before = std::exchange(blocks_, b);
    used_ = 0;
  }

  ArenaPool& pool_;
  ArenaBlock* blocks_ = nullptr;  // the newest one, which is filled
  size_t used_ = 0;
};

}  // namespace orrery
