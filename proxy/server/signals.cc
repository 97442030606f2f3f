#include "proxy/server/signals.h"

#include <string>

#include "proxy/server/server.h"

namespace orrery::server {

using events::LogLevel;

std::string_view signalName(Signal signal) {
  constexpr std::string_view kNames[] = {"SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1"};
  return kNames[static_cast<size_t>(signal)];
}

void onSignal(Signal signal, Server& server, io::Dispatcher& main, events::Sink& sink) {
  const std::string caught = "caught " + std::string(signalName(signal));
  switch (signal) {
    case Signal::kUser1:
      sink.log(LogLevel::kInfo, "main", caught + ", reopening log files");
      if (Status s = server.reopenLogs(); !s) sink.log(LogLevel::kError, "main", s.error().message);
      break;
    case Signal::kHangup: sink.log(LogLevel::kWarning, "main", caught); break;
    case Signal::kTerminate:
    case Signal::kInterrupt:
      sink.log(LogLevel::kInfo, "main", caught);
      main.exit();
      break;
  }
}

}  // namespace orrery::server
