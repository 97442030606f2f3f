#include "cli/live/shell.h"

#include <sys/wait.h>

#include <cstdio>

namespace orrery::live {

namespace {
constexpr size_t kMost = 1u << 20;
}

std::string ShellResult::lastLine() const {
  const size_t end = output.find_last_not_of("\n ");
  if (end == std::string::npos) return "";
  const size_t begin = output.rfind('\n', end);
  return output.substr(begin == std::string::npos ? 0 : begin + 1,
                       end - (begin == std::string::npos ? 0 : begin + 1) + 1);
}

ShellResult shell(const std::string& command) {
  ShellResult result;
  std::FILE* pipe = ::popen(("{ " + command + "\n} 2>&1").c_str(), "r");
  if (pipe == nullptr) return result;
  char buffer[4096];
  for (size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    result.output.append(buffer, n);
    if (result.output.size() > 2 * kMost) result.output.erase(0, result.output.size() - kMost);
  }
  const int status = ::pclose(pipe);
  if (status != -1 && WIFEXITED(status)) result.code = WEXITSTATUS(status);
  return result;
}

}  // namespace orrery::live
