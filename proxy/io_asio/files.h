#pragma once

#include "proxy/io/files.h"

namespace orrery::io_asio {

class RealFiles final : public io::Files {
 public:
  Result<std::string> readWhole(const std::string& path, size_t maxBytes) override;
  Result<std::unique_ptr<io::AppendFile>> openAppend(const std::string& path) override;
  // `dispatcher` is one of this back end. See file_watch.h.
  Result<std::unique_ptr<io::FileWatch>> watch(io::Dispatcher& dispatcher, const std::string& path,
                                               std::move_only_function<void()> changed) override;
};

}  // namespace orrery::io_asio
