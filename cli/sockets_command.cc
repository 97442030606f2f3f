#include "cli/sockets_command.h"

#include "cli/files.h"
#include "cli/sockets/backend.h"

namespace orrery::cli {

ExitCode socketsCommand(const SocketsArguments& arguments, const Terminal& terminal) {
  const bool standardInput = arguments.file == "-";
  const std::string name = standardInput ? "standard input" : arguments.file;
  const auto text = readWholeFile(standardInput ? "/dev/stdin" : arguments.file);
  if (!text) {
    terminal.complain(name + ": " + text.error().message);
    return kBadInput;
  }
  const auto script = sockets::parseScript(*text);
  if (!script) {
    terminal.complain(name + ":" + script.error().message);
    return kBadInput;
  }
  const auto backend =
      arguments.backend == "real" ? sockets::newRealBackend(script->hosts) : sockets::newSimBackend(script->hosts);
  for (const sockets::Operation& o : script->operations) {
    const sockets::Outcome outcome = backend->carryOut(o);
    if (o.settle) backend->settle();
    terminal.out << sockets::toLine(o, outcome) << '\n' << std::flush;  // a script may sleep
  }
  return kNothingFailed;
}

}  // namespace orrery::cli
