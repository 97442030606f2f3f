#include "tests/bench/allocations.h"

#include <malloc.h>

#include <cstdlib>
#include <new>

namespace {
uint64_t calls = 0;
uint64_t bytes = 0;

void release(void* p) {
  bytes -= ::malloc_usable_size(p);
  std::free(p);
}
}  // namespace

void* operator new(std::size_t size) {
  ++calls;
  if (void* p = std::malloc(size == 0 ? 1 : size)) {
    bytes += ::malloc_usable_size(p);
    return p;
  }
  std::abort();
}
void operator delete(void* p) noexcept { release(p); }
void operator delete(void* p, std::size_t) noexcept { release(p); }

namespace orrery::bench {
uint64_t allocations() { return calls; }
uint64_t allocatedBytes() { return bytes; }
}  // namespace orrery::bench
