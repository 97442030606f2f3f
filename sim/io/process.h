#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "proxy/io/process.h"
#include "sim/net/host.h"

namespace orrery::sim {

// A program on a simulated host: it has the host's name, the variables that it is given, and lives in UTC, whatever the
// machine that simulates it is told. Lifetime: inside its environment.
class SimProcess final : public io::Process {
 public:
  using Variables = std::span<const std::pair<std::string, std::string>>;  // name and value

  explicit SimProcess(const Host& host) : host_(host) {}
  // Before the program starts; what is shown outlives it.
  void setVariables(Variables variables) { variables_ = variables; }
  std::string_view hostname() const override { return host_.name(); }
  std::optional<std::string> variable(std::string_view name) const override {
    for (const auto& [known, value] : variables_) {
      if (known == name) return value;
    }
    return std::nullopt;
  }
  ZoneOffset localZone(WallTime) const override { return {}; }

 private:
  const Host& host_;
  Variables variables_;
};

}  // namespace orrery::sim
