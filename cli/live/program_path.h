#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace orrery::live {

// A file that this process may run.
bool runnable(const std::filesystem::path& file);

// Where a program is: in PATH, else where Debian puts servers, which only root's PATH names.
std::optional<std::filesystem::path> programInPath(const std::string& name);

}  // namespace orrery::live
