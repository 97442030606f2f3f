#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/delegate.h"
#include "proxy/buffer/block.h"

namespace orrery::buffer {

// A view of bytes held by a Buffer.
struct Piece {
  char* data = nullptr;
  size_t size = 0;
};

// A queue of bytes in shared slices: append at the end, drain at the front, move between buffers without copying. An
// empty buffer owns no memory.
//
// Watermarks: above(high) is told when the size grows past `high`, below when it has fallen to half of it or less; each
// once per crossing, from inside the call that crosses. The receiver must not be the caller: connections and
// streams turn these into pause counters.
//
// Lifetime: the pool outlives it. Threading: one worker. Bounds: none of its own; callers obey the watermarks.
class Buffer {
 public:
  explicit Buffer(BlockPool& pool) : pool_(&pool) {}
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&&) = delete;
  Buffer(const Buffer&) = delete;
  ~Buffer();

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  BlockPool& pool() { return *pool_; }

  // A piece of at most so many bytes is copied behind what there is, where others are shared: a queue of tiny pieces
  // would keep a whole block for each (CVE-2020-12603).
  static constexpr size_t kCopiedAtMost = 512;

  // Copies.
  void append(std::string_view bytes);
  // Shares `bytes`, which lie inside `block`. For codecs that cut bodies out of an input buffer.
  void appendShared(Block* block, const char* bytes, size_t n);
  // Takes everything / the first n bytes (n <= size()) out of `other`.
  void move(Buffer& other);
  void move(Buffer& other, size_t n);
  void drain(size_t n);
  void clear() { drain(size_); }

  // Room for a read: fills `out` with up to out.size() pieces of together at least `want` bytes if the pieces allow, and
  // returns how many were filled. Until commit() nothing else may be called.
  size_t reserve(size_t want, std::span<Piece> out);
  // Keeps the first n bytes of the room, gives the rest back.
  void commit(size_t n);

  // The stored pieces in order; returns how many of out were filled.
  size_t pieces(std::span<Piece> out) const;
  // The first piece and the block it lies in ({} if empty).
  Piece front() const;
  Block* frontBlock() const;

  // Copies; for tests, small bodies and logs.
  std::string toString() const;

  // high == 0: no watermark.
  void setWatermarks(size_t high, Delegate<void()> above, Delegate<void()> below);
  size_t highWatermark() const { return high_; }
  bool aboveHigh() const { return above_; }

 private:
  struct Slice {
    Block* block;
    uint32_t begin;
    uint32_t end;
    size_t size() const { return end - begin; }
    char* data() const { return block->data() + begin; }
  };
  void pushSlice(Slice slice);
  // Adds it to what there is without a slice of its own: a neighbour in the same block, or few bytes, which are copied.
  bool join(Slice slice);
  void popFrontSlice();
  void grew();
  void shrank();

  BlockPool* pool_;
  // A queue in a vector: [head_, slices_.size()). Compacted when it empties or the head grows long.
  std::vector<Slice> slices_;
  size_t head_ = 0;
  size_t size_ = 0;
  size_t reserved_ = 0;  // slices added by reserve() that hold room only
  size_t high_ = 0;
  bool above_ = false;
  Delegate<void()> onAbove_;
  Delegate<void()> onBelow_;
};

}  // namespace orrery::buffer
