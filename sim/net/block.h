#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "proxy/base/assert.h"
#include "sim/net/prefetch.h"

namespace orrery::sim {

class BlockPool;
struct SmallBlocks;

// Payload memory: written once by the sending kernel, shared by reference by all segments on their way and in receive
// queues, given back when the last reference goes.
class Block {
 public:
  char* data() { return reinterpret_cast<char*>(this + 1); }
  uint32_t used() const { return used_; }
  // By its size as callers know it; where that is more than there is, fits() says so and BlockPool::whole() helps.
  uint32_t room() const { return size_ - used_; }
  bool fits(uint32_t n) const { return used_ + n <= capacity_; }
  void use(uint32_t n) { used_ += n; }

 private:
  friend class BlockPool;
  friend class BlockRef;
  BlockPool* pool_;
  Block* next_;
  uint32_t refs_;
  uint32_t size_;
  uint32_t capacity_;
  uint32_t used_;
  uint32_t memory_;  // index of kMemory
};

// Recycles blocks of three sizes, last in first out (what was just read is still in the cache). Little is written most of the
// time: a block of the smallest size begins with the memory for that, and nobody can tell but by fits().
// Lifetime: outlives all blocks. Threading: one OS thread.
class BlockPool {
 public:
  static constexpr std::array<uint32_t, 3> kSizes = {2048, 16 * 1024, 64 * 1024};
  // What is allocated: less than the smallest size, or a size.
  static constexpr std::array<uint32_t, 4> kMemory = {512 - sizeof(Block), kSizes[0], kSizes[1], kSizes[2]};

  BlockPool();
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;
  ~BlockPool();

  // A block with room for `wanted` bytes, or the largest there is. One reference.
  Block* take(size_t wanted);
  // A block with all the memory of its size in place of `of`, with what that holds from `from` on. One reference.
  Block* whole(Block& of, uint32_t from);
  void give(Block* block);
  size_t inUse() const { return inUse_; }

 private:
  Block* takeMemory(uint32_t memory);
  void addSmall();

  std::array<Block*, kMemory.size()> idle_{};
  std::vector<std::unique_ptr<SmallBlocks>> small_;
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
