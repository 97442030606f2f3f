#pragma once

#include "proxy/io/entropy.h"
#include "sim/core/run.h"

namespace orrery::sim {

// Bytes that belong to their address under the run key: repeatable, and different in every place.
class SimEntropy final : public io::Entropy {
 public:
  SimEntropy(Run& run, EntityId id) : run_(run) { entity_.become(id); }
  void fill(std::span<uint8_t> out) override;

 private:
  Run& run_;
  Entity entity_;
};

}  // namespace orrery::sim
