#pragma once

#include <cstddef>

namespace orrery::sim {

// Asks for all of an object's memory before it is needed; has no other effect, whatever the pointer is.
template <class T>
void prefetchObject(const T* object) {
  constexpr size_t kLine = 64;
  const auto* at = reinterpret_cast<const char*>(object);
  for (size_t i = 0; i < sizeof(T); i += kLine) __builtin_prefetch(at + i);
}

}  // namespace orrery::sim
