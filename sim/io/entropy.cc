#include "sim/io/entropy.h"
#include "sim/core/race_detector.h"

namespace orrery::sim {

void SimEntropy::fill(std::span<uint8_t> out) {
  const SimulatorCode scope;
  for (size_t i = 0; i < out.size();) {
    const uint64_t bits = run_.chooser().draw(entity_, Site::kEntropyBytes);
    for (unsigned k = 0; k < 8 && i < out.size(); ++k, ++i) out[i] = static_cast<uint8_t>(bits >> (8 * k));
  }
}

}  // namespace orrery::sim
