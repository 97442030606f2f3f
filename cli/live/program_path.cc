#include "cli/live/program_path.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace orrery::live {

namespace fs = std::filesystem;

namespace {
constexpr std::string_view kServers = ":/usr/local/sbin:/usr/sbin";
}

bool runnable(const fs::path& file) {
  std::error_code error;
  return fs::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0;
}

std::optional<fs::path> programInPath(const std::string& name) {
  const char* const path = std::getenv("PATH");
  const std::string folders = std::string(path == nullptr ? "" : path) + std::string(kServers);
  std::string_view left = folders;
  while (!left.empty()) {
    const size_t colon = std::min(left.find(':'), left.size());
    const fs::path file = fs::path(left.substr(0, colon)) / name;
    if (colon > 0 && runnable(file)) return file;
    left.remove_prefix(std::min(left.size(), colon + 1));
  }
  return std::nullopt;
}

}  // namespace orrery::live
