#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/live/live_proxy.h"
#include "proxy/base/status.h"

namespace orrery::cli {

// Where a story is told.
struct Backend {
  std::string name;                           // "sim", "real", or the external program's: in tables and --json
  std::string asked;                          // as --backend takes it
  std::optional<live::ProxyProgram> program;  // none: the simulated world
};

// What --backend names: sim, real (the orrery-proxy beside this program), external:PROGRAM (a path, or a name in PATH; it takes
// Envoy's command line), several of them with commas, or all: sim, real and the Envoy in PATH, if there is one. The error is a line
// for users.
Result<std::vector<Backend>> parseBackends(const std::string& text);

}  // namespace orrery::cli
