#include "sim/net/block.h"

#include <cstddef>
#include <cstring>
#include <new>

namespace orrery::sim {

// Many side by side: the fewer pages thousands of them lie in the better.
struct SmallBlocks {
  static constexpr size_t kCount = 16;
  static constexpr size_t kBytes = sizeof(Block) + BlockPool::kMemory[0];
  alignas(64) std::byte bytes[kCount][kBytes];
};

BlockPool::BlockPool() = default;

BlockPool::~BlockPool() {
  ORRERY_ASSERT(inUse_ == 0, "all payload is given back before its pool dies");
  for (size_t m = 1; m < kMemory.size(); ++m) {
    for (Block* block = idle_[m]; block != nullptr;) {
      Block* next = block->next_;
      ::operator delete(block);
      block = next;
    }
  }
}

Block* BlockPool::take(size_t wanted) {
  uint32_t c = 0;
  while (c + 1 < kSizes.size() && kSizes[c] < wanted) ++c;
  Block* block = takeMemory(wanted <= kMemory[0] ? 0 : c + 1);
  block->size_ = kSizes[c];
  block->used_ = 0;
  return block;
}

Block* BlockPool::whole(Block& of, uint32_t from) {
  ORRERY_DCHECK(of.memory_ == 0, "only small memory is less than its size");
  Block* block = takeMemory(1);
  block->size_ = of.size_;
  block->used_ = of.used_;
  std::memcpy(block->data() + from, of.data() + from, of.used_ - from);
  return block;
}

Block* BlockPool::takeMemory(uint32_t m) {
  if (m == 0 && idle_[m] == nullptr) addSmall();
  Block* block = idle_[m];
  if (block != nullptr) {
    idle_[m] = block->next_;
    // The next one's header, and where its first bytes will go.
    if (block->next_ != nullptr) prefetchBytes(block->next_, size_t{4} * 64);
  } else {
    block = static_cast<Block*>(::operator new(sizeof(Block) + kMemory[m]));
    block->pool_ = this;
    block->capacity_ = kMemory[m];
    block->memory_ = m;
  }
  block->refs_ = 1;
  block->next_ = nullptr;
  ++inUse_;
#ifdef ORRERY_DEBUG_CHECKS
  std::memset(block->data(), 0xd5, block->capacity_);
#endif
  return block;
}

void BlockPool::addSmall() {
  small_.push_back(std::make_unique_for_overwrite<SmallBlocks>());
  for (size_t i = SmallBlocks::kCount; i > 0; --i) {
    auto* block = reinterpret_cast<Block*>(small_.back()->bytes[i - 1]);
    block->pool_ = this;
    block->capacity_ = kMemory[0];
    block->memory_ = 0;
    block->next_ = idle_[0];
    idle_[0] = block;
  }
}

void BlockPool::give(Block* block) {
  block->next_ = idle_[block->memory_];
  idle_[block->memory_] = block;
  --inUse_;
}

}  // namespace orrery::sim
