#pragma once

#include <string>

#include "proxy/base/status.h"

namespace orrery::live {

// All that a file holds. Errors: it cannot be read.
Result<std::string> readText(const std::string& path);

}  // namespace orrery::live
