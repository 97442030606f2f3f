#include "proxy/buffer/block.h"

#include <cstdlib>
#include <new>

#include "proxy/base/assert.h"
#include "proxy/base/spoil.h"

namespace orrery::buffer {

namespace {
int sizeClass(size_t bytes) {
  if (bytes <= BlockPool::kSizes[0]) return 0;
  return bytes <= BlockPool::kSizes[1] ? 1 : 2;
}
}  // namespace

BlockPool::~BlockPool() {
  ORRERY_ASSERT(live_ == 0, "a buffer outlives its pool");
  for (auto& list : idle_) {
    for (Block* b : list) ::operator delete(b);
  }
}

Block* BlockPool::take(size_t atLeast) {
  const int c = sizeClass(atLeast);
  ++live_;
  Block* block;
  if (!idle_[c].empty()) {
    block = idle_[c].back();
    idle_[c].pop_back();
  } else {
    block = static_cast<Block*>(::operator new(sizeof(Block) + kSizes[c]));
    block->pool = this;
    block->capacity = kSizes[c];
  }
  block->references = 1;
  return block;
}

void BlockPool::give(Block* block) {
  --live_;
  auto& list = idle_[sizeClass(block->capacity)];
  if (list.size() * block->capacity < kMaxIdleBytes) {
    spoil(block->data(), block->capacity);
    list.push_back(block);
  } else {
    ::operator delete(block);
  }
}

}  // namespace orrery::buffer
