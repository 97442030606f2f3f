#pragma once

#include "proxy/io/random.h"
#include "sim/core/run.h"

namespace orrery::sim {

// Each value belongs to its address (this generator, occurrence) under the run key: see Chooser::draw().
class SimRandom final : public io::Random {
 public:
  SimRandom(Run& run, EntityId id) : run_(run) { entity_.become(id); }
  uint64_t bits() override {
    const SimulatorCode scope;
    return run_.chooser().draw(entity_, Site::kRandom);
  }
  std::unique_ptr<io::Random> child(std::string_view name) override;

 private:
  Run& run_;
  Entity entity_;
};

}  // namespace orrery::sim
