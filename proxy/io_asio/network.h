#pragma once

#include "proxy/io/network.h"

namespace orrery::io_asio {

class RealNetwork final : public io::Network {
 public:
  std::expected<std::shared_ptr<io::ListenSocket>, io::IoError> listen(const io::Address& at,
                                                                       const io::ListenOptions& options) override;
};

}  // namespace orrery::io_asio
