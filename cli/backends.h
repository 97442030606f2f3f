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

// What --backend names: sim, real (the orrery-proxy beside this program), external:PROGRAM (a path, or a name in PATH), envoy, nginx or
// haproxy (in PATH), several of them with commas, or all: sim, real and those three as far as they are there. A program whose name begins
// with nginx or haproxy gets the story's template, any other takes Envoy's command line. The error is a line for users.
Result<std::vector<Backend>> parseBackends(const std::string& text);

}  // namespace orrery::cli
