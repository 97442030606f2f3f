#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "proxy/base/assert.h"

namespace orrery::sim {

class BlockPool;

// Payload memory: written once by the sending kernel, shared by reference by all segments on their way and in receive
// queues, given back when the last reference goes.
class Block {
 public:
  char* data() { return reinterpret_cast<char*>(this + 1); }
  uint32_t capacity() const { return capacity_; }
  uint32_t used() const { return used_; }
  uint32_t room() const { return capacity_ - used_; }
  void use(uint32_t n) { used_ += n; }

 private:
  friend class BlockPool;
  friend class BlockRef;
  BlockPool* pool_;
  Block* next_;
  uint32_t refs_;
  uint32_t capacity_;
  uint32_t used_;
  uint32_t sizeClass_;
};

// Recycles blocks of three sizes, last in first out (what was just read is still in the cache).
// Lifetime: outlives all blocks. Threading: one OS thread.
class BlockPool {
 public:
  static constexpr std::array<uint32_t, 3> kSizes = {2048, 16 * 1024, 64 * 1024};

  BlockPool() = default;
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;
  ~BlockPool();

  // A block with room for `wanted` bytes, or the largest there is. One reference.
  Block* take(size_t wanted);
  void give(Block* block);
  size_t inUse() const { return inUse_; }

 private:
  std::array<Block*, 3> idle_{};
  size_t inUse_ = 0;
};

// A counted reference.
class BlockRef {
 public:
  BlockRef() = default;
  // Takes over one reference.
  explicit BlockRef(Block* block) : block_(block) {}
  BlockRef(const BlockRef& o) : block_(o.block_) {
    if (block_ != nullptr) ++block_->refs_;
  }
  BlockRef(BlockRef&& o) noexcept : block_(o.block_) { o.block_ = nullptr; }
  BlockRef& operator=(BlockRef o) noexcept {
    Block* mine = block_;
    block_ = o.block_;
    o.block_ = mine;
    return *this;
  }
  ~BlockRef() { reset(); }

  void reset() {
    if (block_ != nullptr && --block_->refs_ == 0) block_->pool_->give(block_);
    block_ = nullptr;
  }
  explicit operator bool() const { return block_ != nullptr; }
  Block* operator->() const { return block_; }
  Block* get() const { return block_; }

 private:
  Block* block_ = nullptr;
};

}  // namespace orrery::sim
