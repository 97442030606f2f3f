#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "proxy/base/time.h"

namespace orrery::server {

// What the command line says about a server; defaults are Envoy's.
struct ServerOptions {
  Duration drainTime = Duration::seconds(600);  // --drain-time-s
  bool drainsGradually = true;                  // --drain-strategy
  Duration fileFlushInterval = Duration::milliseconds(10'000);
  std::string version = "unknown";
  std::string configPath;
  // This machine's own address (the first one that is not loopback): what x-forwarded-for says of a loopback peer.
  std::string localAddress = "127.0.0.1";
  // /quitquitquit was asked for: the main loop ends soon. Called on the main dispatcher.
  std::function<void()> onQuit;
  // shutdown() has joined the workers; their statistics still exist (Server::workerBlocks). For leak reports.
  std::function<void()> onWorkersEnded;
};

}  // namespace orrery::server
