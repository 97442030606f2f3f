#include <cstdio>
#include <string>
#include <vector>

#include "proxy/main/command_line.h"
#include "proxy/main/serve.h"

int main(int argc, char** argv) {
  const auto commandLine = orrery::main::parseCommandLine(std::vector<std::string>(argv + 1, argv + argc));
  if (!commandLine) {
    const orrery::main::EndNow& end = commandLine.error();
    std::fprintf(end.exitCode == 0 ? stdout : stderr, "%s%s", end.text.c_str(), end.exitCode == 0 ? "" : "\n");
    return end.exitCode;
  }
  return orrery::main::serve(*commandLine);
}
