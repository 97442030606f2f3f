#include "sim/io/random.h"
#include "sim/core/race_detector.h"

namespace orrery::sim {

std::unique_ptr<io::Random> SimRandom::child(std::string_view name) {
  const SimulatorCode scope;
  const Name label = run_.names().intern(name);
  const uint64_t index = run_.chooser().count(entity_.id, label.hash);
  return std::make_unique<SimRandom>(run_, run_.names().childKept(entity_.id, label, index));
}

}  // namespace orrery::sim
