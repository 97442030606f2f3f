#pragma once

#include <functional>
#include <memory>
#include <string>

#include "proxy/base/status.h"
#include "proxy/io/files.h"

namespace orrery::io_asio {

class RealDispatcher;

// Watches the folder of `path` by inotify, because a file that is replaced is another one afterwards. Calls back when a
// writer has closed the file, when something was moved to its name, and when a move in its folder made the name mean
// another file (a symbolic link to `..data/x`, as mounted configuration has it). Several changes may be one call.
// Errors: the folder cannot be watched. Re-entry: `changed` may destroy the watch.
Result<std::unique_ptr<io::FileWatch>> watchFile(RealDispatcher& dispatcher, const std::string& path,
                                                 std::move_only_function<void()> changed);

}  // namespace orrery::io_asio
