#pragma once

#include <string>

namespace orrery::live {

// What a shell command printed, standard error among it, and how it ended: its exit code, or -1 if it could not be started or
// was killed by a signal.
struct ShellResult {
  int code = -1;
  std::string output;
  // Its last line that is not empty.
  std::string lastLine() const;
};

// Runs it to its end. Words of people go through shellWord() (cli/terminal.h) first. The command runs
// in the network of the calling thread. Bounds: the last MiB of the output is kept.
ShellResult shell(const std::string& command);

}  // namespace orrery::live
