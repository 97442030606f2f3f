#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/live/proxy_program.h"
#include "proxy/base/status.h"
#include "sim/scenario/scenario.h"

namespace orrery::live {

// How a proxy process is started for one story, and where it leaves what it says of itself.
struct Launch {
  std::vector<std::string> words;      // its command line
  std::vector<std::string> variables;  // "NAME=value", of its environment
  std::string serves;                  // host:port of its first listener
  // host:port of its admin endpoint, which Envoy has; empty: it serves as soon as it accepts.
  std::string admin;
  // The story's access logs; empty, like what follows, where it has logs of its own kind.
  std::vector<std::string> logs;
  std::string requestLog;

  // Whether stats, flags and log lines are those that stories speak of.
  bool speaksEnvoy() const { return !admin.empty(); }
};

// Writes what the proxy needs into the folder, which exists. Errors: what cannot be written or said.
using Prepare = std::function<Result<Launch>(const std::string& folder)>;

// A proxy that takes Envoy's files and command line. Lifetime: the bootstrap's text and the setup outlive the result.
Prepare envoyLaunch(const ProxyProgram& program, const std::string& bootstrap, const sim::ProxySetup& setup);

}  // namespace orrery::live
