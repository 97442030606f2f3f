#pragma once

#include <string>

#include "proxy/io/io_error.h"

namespace orrery::io_asio {

// The seam's name for an errno value.
io::IoError ioErrorOf(int error);
// strerror, for messages about files.
std::string errorText(int error);

}  // namespace orrery::io_asio
