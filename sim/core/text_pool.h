#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace orrery::sim {

// Memory of long texts (files that grow, such as logs), kept from one world for the next: a load run's log is megabytes, which
// would be copied as they grow and fetched from the system page by page in every run.
// Lifetime: outlives who takes. Threading: one OS thread. Bounds: kMost texts, each of at most kLargest bytes, are kept.
class TextPool {
 public:
  // Empty, with what memory there is.
  std::string take() {
    if (idle_.empty()) return {};
    std::string text = std::move(idle_.back());
    idle_.pop_back();
    return text;
  }
  void give(std::string text) {
    if (idle_.size() >= kMost || text.capacity() < kLeast || text.capacity() > kLargest) return;
    text.clear();
    idle_.push_back(std::move(text));
  }

 private:
  static constexpr size_t kMost = 4;
  static constexpr size_t kLeast = size_t{4} * 1024;
  static constexpr size_t kLargest = size_t{16} * 1024 * 1024;
  std::vector<std::string> idle_;
};

}  // namespace orrery::sim
