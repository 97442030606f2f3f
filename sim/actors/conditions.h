#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::sim {

// The conditions of a run that stories begin and end, and wait for. Lifetime: a run's; who listens is there as long as somebody sets.
// Threading: all actors of a run share one OS thread.
class Conditions {
 public:
  void set(std::string_view name, bool on) {
    if (on) {
      holding_.emplace(name);
    } else if (const auto it = holding_.find(name); it != holding_.end()) {
      holding_.erase(it);
    }
    for (const auto& changed : listeners_) changed();
  }
  bool holds(std::string_view name) const { return holding_.contains(name); }
  // `changed` is called inside set(), from whoever's story that is.
  void listen(std::function<void()> changed) { listeners_.push_back(std::move(changed)); }

 private:
  std::set<std::string, std::less<>> holding_;
  std::vector<std::function<void()>> listeners_;
};

}  // namespace orrery::sim
