#pragma once

#include <cstddef>

namespace orrery::sim {

// Asks for memory before it is needed; has no other effect, whatever the pointer is.
inline void prefetchBytes(const void* first, size_t size) {
  constexpr size_t kLine = 64;
  const auto* at = static_cast<const char*>(first);
  for (size_t i = 0; i < size; i += kLine) __builtin_prefetch(at + i);
}
// All of an object.
template <class T>
void prefetchObject(const T* object) {
  prefetchBytes(object, sizeof(T));
}

}  // namespace orrery::sim
