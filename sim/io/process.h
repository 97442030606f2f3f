#pragma once

#include "proxy/io/process.h"
#include "sim/net/host.h"

namespace orrery::sim {

// A program on a simulated host: it has the host's name, no variables, and lives in UTC, whatever the machine that simulates
// it is told. Lifetime: inside its environment.
class SimProcess final : public io::Process {
 public:
  explicit SimProcess(const Host& host) : host_(host) {}
  std::string_view hostname() const override { return host_.name(); }
  std::optional<std::string> variable(std::string_view) const override { return std::nullopt; }
  ZoneOffset localZone(WallTime) const override { return {}; }

 private:
  const Host& host_;
};

}  // namespace orrery::sim
