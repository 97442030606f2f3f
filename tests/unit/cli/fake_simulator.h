#pragma once

#include <cstdint>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/simulator.h"

namespace orrery::cli {

// A world of one entity that is asked for its lateness twelve times; real choices, events and hashes of sim/core, no network.
// Its scenario files are lines:
//   claim: <text>
//   sometimes: late        shown by a run in which choice 5 is not the default
//   fails: <n>             check "always" fails when choice <n> is not the default; "plain": when all are
//   mark                   choice 5 takes the branch net.short_write when it is not the default
//   error                  the run cannot be carried out
//   broken                 the file cannot be compiled
//   leaks                  the second and later runs of one runner emit another event (a defect)
Simulator fakeSimulator();

// A folder of its own, removed at the end; what one command line does in it.
class CommandLine {
 public:
  CommandLine();
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  std::string write(const std::string& name, const std::string& text);
  std::string read(const std::string& name) const;
  bool exists(const std::string& name) const;
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  // Words as a shell would split them at spaces.
  ExitCode run(const std::string& line);
  std::string out;
  std::string err;

 private:
  std::filesystem::path folder_;
};

}  // namespace orrery::cli
