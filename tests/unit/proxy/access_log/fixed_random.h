#pragma once

#include "proxy/io/random.h"

namespace orrery::access_log {

// Draws what it is told.
class FixedRandom final : public io::Random {
 public:
  uint64_t bits() override { return value; }
  std::unique_ptr<io::Random> child(std::string_view) override { return nullptr; }
  uint64_t value = 0;
};

}  // namespace orrery::access_log
