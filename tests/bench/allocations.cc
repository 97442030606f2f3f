#include "tests/bench/allocations.h"

#include <cstdlib>
#include <new>

namespace {
uint64_t calls = 0;
}  // namespace

void* operator new(std::size_t size) {
  ++calls;
  if (void* p = std::malloc(size == 0 ? 1 : size)) return p;
  std::abort();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace orrery::bench {
uint64_t allocations() { return calls; }
}  // namespace orrery::bench
