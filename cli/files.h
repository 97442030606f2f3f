#pragma once

#include <string>
#include <string_view>

#include "cli/terminal.h"
#include "proxy/base/status.h"

namespace orrery::cli {

// The real file system, for the command line only. Errors are what the system says, without the path: "No such file or directory".

// Bounds: 64 MiB.
Result<std::string> readWholeFile(const std::string& path);
// Makes the folders above it; a reader sees the old file or the new one, never half of one.
Status writeWholeFile(const std::string& path, std::string_view bytes);
// The same; false: it was complained about in one line.
bool writeOrComplain(const std::string& path, std::string_view bytes, const Terminal& terminal);

}  // namespace orrery::cli
