#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>

#include "cli/program.h"
#include "sim/core/sanitizers.h"

#ifdef ORRERY_SIM_ASAN
// A short run has half a dozen fibers; a second stack for each, by which the address sanitizer finds locals that are used when
// their function has returned, costs as much as the run. The unit tests look for those; ASAN_OPTIONS can say otherwise.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "detect_stack_use_after_return=0"; }
#endif

namespace {

// A broken invariant has printed what it is; scripts must see that it was our error and not a failed claim.
void onAbort(int) { std::_Exit(orrery::cli::kOwnError); }

size_t columns() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 110;
  return std::clamp<size_t>(size.ws_col, 60, 160);
}

}  // namespace

int main(int argc, char** argv) {
  namespace cli = orrery::cli;
  std::signal(SIGABRT, onAbort);
  std::ios::sync_with_stdio(false);
  cli::Terminal terminal{std::cout, std::cerr};
  terminal.color = ::isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  terminal.progress = ::isatty(STDERR_FILENO) != 0;
  terminal.width = columns();
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (argc > 0 && std::string_view(argv[0]).find('/') != std::string_view::npos) terminal.program = argv[0];
  try {
    const cli::ExitCode code = cli::runProgram(words, cli::simulatedWorld(), terminal);
    std::cout.flush();
    if (std::cout) return code;
    terminal.complain("standard output cannot be written");
  } catch (const std::exception& e) {
    terminal.complain(std::string("an error of our own: ") + e.what());
  }
  return cli::kOwnError;
}
