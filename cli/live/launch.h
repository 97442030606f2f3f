#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/live/proxy_program.h"
#include "proxy/base/status.h"

namespace orrery::live {

// How a proxy process is started for one story, and where it leaves what it says of itself.
struct Launch {
  std::vector<std::string> words;  // its command line
  std::string serves;              // host:port of its first listener
  std::string admin;  // host:port of its admin endpoint, which Envoy has; empty: it serves as soon as it accepts
  std::vector<std::string>
      logs;  // the story's access logs; empty, like what follows, where it has logs of its own kind
  std::string requestLog;

  // Whether stats, flags and log lines are those that stories speak of.
  bool speaksEnvoy() const { return !admin.empty(); }
};

// Writes what the proxy needs into the folder, which exists. Errors: what cannot be written or said.
using Prepare = std::function<Result<Launch>(const std::string& folder)>;

// A proxy that takes Envoy's files and command line. Lifetime: the bootstrap's text outlives the result.
Prepare envoyLaunch(const ProxyProgram& program, const std::string& bootstrap, uint32_t workers);

}  // namespace orrery::live
