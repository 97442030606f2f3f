#include "tests/bench/allocations.h"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

uint64_t calls = 0;
uint64_t bytes = 0;

// The size stands before each allocation, as delete is not always told it.
constexpr std::size_t kBefore = alignof(std::max_align_t);

void release(void* p) {
  if (p == nullptr) return;
  char* whole = static_cast<char*>(p) - kBefore;
  bytes -= *reinterpret_cast<std::size_t*>(whole);
  std::free(whole);
}

}  // namespace

void* operator new(std::size_t size) {
  ++calls;
  auto* whole = static_cast<char*>(std::malloc(size + kBefore));
  if (whole == nullptr) std::abort();
  *reinterpret_cast<std::size_t*>(whole) = size;
  bytes += size;
  return whole + kBefore;
}
void operator delete(void* p) noexcept { release(p); }
void operator delete(void* p, std::size_t) noexcept { release(p); }

namespace orrery::bench {
uint64_t allocations() { return calls; }
uint64_t allocatedBytes() { return bytes; }
}  // namespace orrery::bench
