#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace orrery::cli {

// How much a search may cost: a number of runs, or time on the clock on the wall.
struct Budget {
  uint64_t runs = 0;  // 0: by time
  int64_t ns = 0;     // 0: by runs

  // "60s", "1500ms", "5000runs"; nothing: it is neither, or zero.
  static std::optional<Budget> parse(const std::string& text);
  // What the first of `n` equal shares is.
  Budget share(uint64_t n) const;
};

}  // namespace orrery::cli
