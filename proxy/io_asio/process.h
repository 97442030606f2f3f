#pragma once

#include <string>

#include "proxy/io/process.h"

namespace orrery::io_asio {

// gethostname(2), getenv(3) and the zone of TZ or /etc/localtime. Nothing here changes the environment, so reading it from
// any thread is safe.
class RealProcess final : public io::Process {
 public:
  RealProcess();
  std::string_view hostname() const override { return hostname_; }
  std::optional<std::string> variable(std::string_view name) const override;
  ZoneOffset localZone(WallTime at) const override;

 private:
  std::string hostname_;
};

}  // namespace orrery::io_asio
