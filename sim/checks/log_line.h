#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/base/time.h"

namespace orrery::sim {

// What the proxy says of a finished request: its access-log record. The checks compare it with the ledger and believe none of it.
struct LogLine {
  uint64_t status = 0;
  std::string flags;  // "-" or "UF,URX"
  std::string details;
  uint64_t bytesSent = 0;
  uint64_t attempts = 0;
  TimePoint at;

  bool hasFlag(std::string_view flag) const {
    const std::string_view all = flags;
    size_t start = 0;
    while (start <= all.size()) {
      size_t end = all.find(',', start);
      if (end == std::string_view::npos) end = all.size();
      if (all.substr(start, end - start) == flag) return true;
      start = end + 1;
    }
    return false;
  }
};

}  // namespace orrery::sim
