#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/time.h"

namespace orrery::sim {

// A claim or an oracle that did not hold.
struct Broken {
  std::string check;   // "pairing", "at-most-once", ...
  std::string entity;  // whom it is about: a host's name; empty: the run
  TimePoint at;
  std::string message;
};

// What could not be said, each reason once.
struct Unjudged {
  std::string check;
  std::string reason;
  bool operator==(const Unjudged&) const = default;
};

// Where the checks of a run put what they find. Bounds: keeps kMax of each, the first ones.
class Findings {
 public:
  static constexpr size_t kMax = 50;

  void broken(std::string_view check, std::string_view entity, TimePoint at, std::string message) {
    if (broken_.size() < kMax) broken_.push_back({std::string(check), std::string(entity), at, std::move(message)});
  }
  void unjudged(std::string_view check, std::string_view reason) {
    for (const Unjudged& u : unjudged_) {
      if (u.check == check && u.reason == reason) return;
    }
    if (unjudged_.size() < kMax) unjudged_.push_back({std::string(check), std::string(reason)});
  }

  bool anyBroken() const { return !broken_.empty(); }
  const std::vector<Broken>& allBroken() const { return broken_; }
  const std::vector<Unjudged>& allUnjudged() const { return unjudged_; }
  void clear() {
    broken_.clear();
    unjudged_.clear();
  }

 private:
  std::vector<Broken> broken_;
  std::vector<Unjudged> unjudged_;
};

}  // namespace orrery::sim
