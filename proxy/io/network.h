#pragma once

#include <expected>
#include <memory>

#include "proxy/io/address.h"
#include "proxy/io/io_error.h"
#include "proxy/io/listener.h"
#include "proxy/io/socket_options.h"

namespace orrery::io {

// Opens listening sockets, before any dispatcher adopts them. Threading: the main thread.
class Network {
 public:
  virtual ~Network() = default;
  // Binds and listens. With reusePort several sockets may be opened for one address: the kernel spreads connections.
  virtual std::expected<std::shared_ptr<ListenSocket>, IoError> listen(const Address& at,
                                                                       const ListenOptions& options) = 0;
};

}  // namespace orrery::io
