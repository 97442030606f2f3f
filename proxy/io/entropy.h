#pragma once

#include <cstdint>
#include <span>

namespace orrery::io {

// Unpredictable bytes for keys, nonces and ids. Threading: any thread.
class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual void fill(std::span<uint8_t> out) = 0;
};

}  // namespace orrery::io
