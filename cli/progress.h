#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "cli/terminal.h"

namespace orrery::cli {

// "1,234 of 2,800 runs, 3,400/s" on standard error, rewritten in place ten times a second; nothing when that is no terminal.
// Without a total (0): "1,234 runs, 3,400/s".
class Progress {
 public:
  Progress(const Terminal& terminal, std::string_view what, uint64_t total);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void step();
  // Before anything else is printed.
  void clear();

 private:
  const Terminal& terminal_;
  std::string_view what_;
  uint64_t total_;
  uint64_t done_ = 0;
  bool shown_ = false;
  std::chrono::steady_clock::time_point began_;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace orrery::cli
