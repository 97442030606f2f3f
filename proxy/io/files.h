#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/base/status.h"

namespace orrery::io {

class Dispatcher;

// A file opened for appending. Destruction closes it.
class AppendFile {
 public:
  virtual ~AppendFile() = default;
  // Appends all of `bytes`. May block for as long as the file system does; callers batch.
  virtual Status write(std::string_view bytes) = 0;
};

// Destruction ends the watch.
class FileWatch {
 public:
  virtual ~FileWatch() = default;
};

// The file system. Threading: any thread; watches belong to the dispatcher given.
class Files {
 public:
  virtual ~Files() = default;
  // Bounds: refuses more than maxBytes.
  virtual Result<std::string> readWhole(const std::string& path, size_t maxBytes = 64u << 20) = 0;
  // Creates the file if need be (mode 0644). "/dev/stdout" and "/dev/stderr" are those streams.
  virtual Result<std::unique_ptr<AppendFile>> openAppend(const std::string& path) = 0;
  // Calls back on `dispatcher` after the file at `path` was written, replaced or moved into place.
  virtual Result<std::unique_ptr<FileWatch>> watch(Dispatcher& dispatcher, const std::string& path,
                                                   std::move_only_function<void()> changed) = 0;
};

}  // namespace orrery::io
