#include "proxy/buffer/buffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "proxy/base/assert.h"

namespace orrery::buffer {

Buffer::Buffer(Buffer&& other) noexcept
    : pool_(other.pool_),
      slices_(std::move(other.slices_)),
      head_(std::exchange(other.head_, 0)),
      size_(std::exchange(other.size_, 0)) {
  other.slices_.clear();
  ORRERY_ASSERT(other.high_ == 0 && other.reserved_ == 0, "only plain buffers are moved as a whole");
}

Buffer::~Buffer() {
  for (size_t i = head_; i < slices_.size(); ++i) release(slices_[i].block);
}

void Buffer::append(std::string_view bytes) {
  if (bytes.empty()) return;
  size_ += bytes.size();
  if (head_ < slices_.size()) {
    Slice& last = slices_.back();
    if (last.block->references == 1) {
      const size_t n = std::min<size_t>(bytes.size(), last.block->capacity - last.end);
      std::memcpy(last.block->data() + last.end, bytes.data(), n);
      last.end += static_cast<uint32_t>(n);
      bytes.remove_prefix(n);
    }
  }
  while (!bytes.empty()) {
    Block* block = pool_->take(bytes.size());
    const size_t n = std::min<size_t>(bytes.size(), block->capacity);
    std::memcpy(block->data(), bytes.data(), n);
    pushSlice({block, 0, static_cast<uint32_t>(n)});
    bytes.remove_prefix(n);
  }
  grew();
}

void Buffer::appendShared(Block* block, const char* bytes, size_t n) {
  if (n == 0) return;
  const auto begin = static_cast<uint32_t>(bytes - block->data());
  size_ += n;
  const Slice slice{block, begin, static_cast<uint32_t>(begin + n)};
  if (!join(slice)) {
    addReference(block);
    pushSlice(slice);
  }
  grew();
}

bool Buffer::join(Slice slice) {
  if (head_ == slices_.size()) return false;
  Slice* last = &slices_.back();
  if (last->block == slice.block && last->end == slice.begin) {
    last->end = slice.end;
    return true;
  }
  if (slice.size() > kCopiedAtMost) return false;
  if (last->block->references != 1 || last->block->capacity - last->end < slice.size()) {
    pushSlice({pool_->take(1), 0, 0});
    last = &slices_.back();
  }
  std::memcpy(last->block->data() + last->end, slice.data(), slice.size());
  last->end += static_cast<uint32_t>(slice.size());
  return true;
}

void Buffer::move(Buffer& other) { move(other, other.size_); }

void Buffer::move(Buffer& other, size_t n) {
  ORRERY_ASSERT(n <= other.size_, "cannot move more than there is");
  ORRERY_ASSERT(pool_ == other.pool_, "slices stay on their worker");
  size_t left = n;
  while (left > 0) {
    Slice& s = other.slices_[other.head_];
    if (s.size() <= left) {
      left -= s.size();
      if (join(s)) {
        release(s.block);
      } else {
        pushSlice(s);  // the reference moves along
      }
      other.popFrontSlice();
    } else {
      const Slice part{s.block, s.begin, static_cast<uint32_t>(s.begin + left)};
      if (!join(part)) {
        addReference(s.block);
        pushSlice(part);
      }
      s.begin += static_cast<uint32_t>(left);
      left = 0;
    }
  }
  size_ += n;
  other.size_ -= n;
  other.shrank();
  grew();
}

void Buffer::drain(size_t n) {
  ORRERY_ASSERT(n <= size_, "cannot drain more than there is");
  size_ -= n;
  while (n > 0) {
    Slice& s = slices_[head_];
    if (s.size() <= n) {
      n -= s.size();
      release(s.block);
      popFrontSlice();
    } else {
      s.begin += static_cast<uint32_t>(n);
      n = 0;
    }
  }
  shrank();
}

size_t Buffer::reserve(size_t want, std::span<Piece> out) {
  ORRERY_ASSERT(reserved_ == 0, "commit() ends a reserve()");
  size_t filled = 0;
  size_t got = 0;
  if (head_ < slices_.size() && !out.empty()) {
    Slice& last = slices_.back();
    const size_t room = last.block->capacity - last.end;
    if (last.block->references == 1 && room > 0) {
      out[filled++] = {last.block->data() + last.end, room};
      got += room;
    }
  }
  while (got < want && filled < out.size()) {
    Block* block = pool_->take(want - got);
    pushSlice({block, 0, 0});
    ++reserved_;
    out[filled++] = {block->data(), block->capacity};
    got += block->capacity;
  }
  return filled;
}

void Buffer::commit(size_t n) {
  size_ += n;
  const size_t firstReserved = slices_.size() - reserved_;
  if (n > 0 && firstReserved > head_) {
    Slice& last = slices_[firstReserved - 1];
    if (last.block->references == 1) {
      const size_t k = std::min<size_t>(n, last.block->capacity - last.end);
      last.end += static_cast<uint32_t>(k);
      n -= k;
    }
  }
  size_t keep = firstReserved;
  for (; n > 0; ++keep) {
    Slice& s = slices_[keep];
    const size_t k = std::min<size_t>(n, s.block->capacity);
    s.end = static_cast<uint32_t>(k);
    n -= k;
  }
  while (slices_.size() > keep) {
    release(slices_.back().block);
    slices_.pop_back();
  }
  reserved_ = 0;
  if (head_ == slices_.size()) {
    slices_.clear();
    head_ = 0;
  }
  grew();
}

size_t Buffer::pieces(std::span<Piece> out) const {
  size_t n = 0;
  for (size_t i = head_; i < slices_.size() && n < out.size(); ++i) out[n++] = {slices_[i].data(), slices_[i].size()};
  return n;
}

Piece Buffer::front() const { return empty() ? Piece{} : Piece{slices_[head_].data(), slices_[head_].size()}; }

Block* Buffer::frontBlock() const { return empty() ? nullptr : slices_[head_].block; }

std::string Buffer::toString() const {
  std::string out;
  out.reserve(size_);
  for (size_t i = head_; i < slices_.size(); ++i) out.append(slices_[i].data(), slices_[i].size());
  return out;
}

void Buffer::setWatermarks(size_t high, Delegate<void()> above, Delegate<void()> below) {
  high_ = high;
  pool_->noteWatermark(high);
  onAbove_ = above;
  onBelow_ = below;
}

void Buffer::pushSlice(Slice slice) { slices_.push_back(slice); }

void Buffer::popFrontSlice() {
  ++head_;
  if (head_ == slices_.size()) {
    slices_.clear();
    head_ = 0;
  } else if (head_ >= 32 && head_ * 2 >= slices_.size()) {
    slices_.erase(slices_.begin(), slices_.begin() + static_cast<ptrdiff_t>(head_));
    head_ = 0;
  }
}

void Buffer::grew() {
  if (high_ == 0 || size_ <= high_) return;
  pool_->noteAbove(size_ - high_);
  if (above_) return;
  above_ = true;
  if (onAbove_) onAbove_();
}

void Buffer::shrank() {
  if (above_ && size_ <= high_ / 2) {
    above_ = false;
    if (onBelow_) onBelow_();
  }
}

}  // namespace orrery::buffer
