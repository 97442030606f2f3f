#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proxy/base/time.h"
#include "proxy/base/zone.h"

namespace orrery::io {

// What a program is told by whoever runs it: access logs and header values may repeat it. Lifetime: its environment's.
// Threading: any thread.
class Process {
 public:
  virtual ~Process() = default;
  // gethostname(2).
  virtual std::string_view hostname() const = 0;
  // A variable of the environment as the program was started with it; nothing: it is not set.
  virtual std::optional<std::string> variable(std::string_view name) const = 0;
  virtual ZoneOffset localZone(WallTime at) const = 0;
};

}  // namespace orrery::io
