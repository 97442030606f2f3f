#include "sim/net/block.h"

#include <cstring>
#include <new>

namespace orrery::sim {

BlockPool::~BlockPool() {
  ORRERY_ASSERT(inUse_ == 0, "all payload is given back before its pool dies");
  for (Block* block : idle_) {
    while (block != nullptr) {
      Block* next = block->next_;
      ::operator delete(block);
      block = next;
    }
  }
}

Block* BlockPool::take(size_t wanted) {
  uint32_t c = 0;
  while (c + 1 < kSizes.size() && kSizes[c] < wanted) ++c;
  Block* block = idle_[c];
  if (block != nullptr) {
    idle_[c] = block->next_;
    // The next one's header, and where its first bytes will go.
    const auto* next = reinterpret_cast<const char*>(block->next_);
    for (size_t line = 0; next != nullptr && line < 4; ++line) __builtin_prefetch(next + line * 64);
  } else {
    block = static_cast<Block*>(::operator new(sizeof(Block) + kSizes[c]));
    block->pool_ = this;
    block->capacity_ = kSizes[c];
    block->sizeClass_ = c;
  }
  block->refs_ = 1;
  block->used_ = 0;
  block->next_ = nullptr;
  ++inUse_;
#ifdef ORRERY_DEBUG_CHECKS
  std::memset(block->data(), 0xd5, block->capacity_);
#endif
  return block;
}

void BlockPool::give(Block* block) {
  block->next_ = idle_[block->sizeClass_];
  idle_[block->sizeClass_] = block;
  --inUse_;
}

}  // namespace orrery::sim
