#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace orrery::buffer {

class BlockPool;

// A piece of memory that slices share, by a plain count: blocks stay on one worker.
struct Block {
  BlockPool* pool;
  uint32_t references;
  uint32_t capacity;
  char* data() { return reinterpret_cast<char*>(this + 1); }
};

// Recycled blocks of 4, 16 and 64 KiB, per worker. Lifetime: outlives every buffer made with it. Threading: the worker's.
// Bounds: keeps at most kMaxIdleBytes of free blocks per size.
class BlockPool {
 public:
  static constexpr uint32_t kSizes[3] = {4 * 1024 - 16, 16 * 1024 - 16, 64 * 1024 - 16};
  static constexpr size_t kMaxIdleBytes = 4u << 20;

  BlockPool() = default;
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;
  ~BlockPool();

  // A block of at least `atLeast` bytes if a class has it, else the largest. One reference.
  Block* take(size_t atLeast);
  size_t liveBlocks() const { return live_; }
  // For checks of the bounds: the highest watermark that a buffer of this pool was given, and how far any was above its own,
  // at most, since somebody asked last.
  void noteWatermark(size_t bytes) { highest_ = std::max(highest_, bytes); }
  void noteAbove(size_t bytes) { mostAbove_ = std::max(mostAbove_, bytes); }
  size_t highestWatermark() const { return highest_; }
  size_t takeMostAbove() { return std::exchange(mostAbove_, 0); }

 private:
  friend void release(Block* block);
  void give(Block* block);
  std::vector<Block*> idle_[3];
  size_t live_ = 0;
  size_t highest_ = 0;
  size_t mostAbove_ = 0;
};

inline void addReference(Block* block) { ++block->references; }
inline void release(Block* block) {
  if (--block->references == 0) block->pool->give(block);
}

}  // namespace orrery::buffer
