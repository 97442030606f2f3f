#pragma once

#include "proxy/io/network.h"
#include "sim/net/host.h"

namespace orrery::sim {

class SimNetwork final : public io::Network {
 public:
  explicit SimNetwork(Host& host) : host_(host) {}
  std::expected<std::shared_ptr<io::ListenSocket>, io::IoError> listen(const io::Address& at,
                                                                       const io::ListenOptions& options) override;

 private:
  Host& host_;
};

}  // namespace orrery::sim
