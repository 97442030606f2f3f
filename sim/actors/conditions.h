#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/race_detector.h"

namespace orrery::sim {

// The conditions of a run that stories begin and end: faults are in force by them, other stories wait for them.
// Lifetime: a run's; who listens is there as long as somebody sets. Threading: all actors of a run share one OS thread.
class Conditions {
 public:
  // Whether it holds, at an address that stays.
  const bool& flag(std::string_view name) { return at(name); }
  bool holds(std::string_view name) {
    const SimulatorCode scope;
    return at(name);
  }
  void set(std::string_view name, bool on) {
    const SimulatorCode scope;
    at(name) = on;
    for (const auto& changed : listeners_) changed(name, on);
  }
  // Called inside set(), from whoever's story that is, in the order in which they began to listen.
  void listen(std::function<void(std::string_view name, bool on)> changed) {
    const SimulatorCode scope;
    listeners_.push_back(std::move(changed));
  }

 private:
  bool& at(std::string_view name) {
    const auto known = flags_.find(name);
    return known != flags_.end() ? known->second : flags_.emplace(name, false).first->second;
  }

  std::map<std::string, bool, std::less<>> flags_;
  std::vector<std::function<void(std::string_view, bool)>> listeners_;
};

}  // namespace orrery::sim
