#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/events/sink.h"
#include "proxy/io/dispatcher.h"

namespace orrery::server {

class Server;

enum class Signal : uint8_t { kTerminate, kInterrupt, kHangup, kUser1 };
// "SIGTERM"
std::string_view signalName(Signal signal);

// What a program that serves does when it is sent a signal, as Envoy does: SIGTERM and SIGINT end its main loop (shutdown()
// follows, at once), SIGUSR1 opens the log files anew, SIGHUP is told and otherwise ignored. Inside a callback of `main`.
void onSignal(Signal signal, Server& server, io::Dispatcher& main, events::Sink& sink);

}  // namespace orrery::server
