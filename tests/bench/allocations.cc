#include "tests/bench/allocations.h"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

uint64_t calls = 0;
uint64_t bytes = 0;

// The size stands before each allocation, as delete is not always told it; as far before as the alignment wants.
constexpr std::size_t kBefore = alignof(std::max_align_t);

void* allocate(std::size_t size, std::size_t before) {
  ++calls;
  const std::size_t whole = (size + 2 * before - 1) / before * before;
  auto* p = static_cast<char*>(before == kBefore ? std::malloc(whole) : std::aligned_alloc(before, whole));
  if (p == nullptr) std::abort();
  p += before;
  reinterpret_cast<std::size_t*>(p)[-1] = size;
  bytes += size;
  return p;
}

void release(void* p, std::size_t before) {
  if (p == nullptr) return;
  bytes -= static_cast<std::size_t*>(p)[-1];
  std::free(static_cast<char*>(p) - before);
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size, kBefore); }
void* operator new(std::size_t size, std::align_val_t align) { return allocate(size, static_cast<std::size_t>(align)); }
void operator delete(void* p) noexcept { release(p, kBefore); }
void operator delete(void* p, std::size_t) noexcept { release(p, kBefore); }
void operator delete(void* p, std::align_val_t align) noexcept { release(p, static_cast<std::size_t>(align)); }
void operator delete(void* p, std::size_t, std::align_val_t align) noexcept {
  release(p, static_cast<std::size_t>(align));
}

namespace orrery::bench {
uint64_t allocations() { return calls; }
uint64_t allocatedBytes() { return bytes; }
}  // namespace orrery::bench
