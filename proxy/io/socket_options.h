#pragma once

#include <cstdint>
#include <optional>

#include "proxy/base/time.h"
#include "proxy/io/address.h"

namespace orrery::io {

// TCP keepalive (Linux TCP_KEEPCNT, TCP_KEEPIDLE, TCP_KEEPINTVL); unset members keep the kernel's default.
struct KeepaliveOptions {
  std::optional<uint32_t> probes;
  std::optional<Duration> idle;
  std::optional<Duration> interval;
};

// Options of a connected stream; every default is the kernel's unless said.
struct SocketOptions {
  bool noDelay = true;  // Envoy sets TCP_NODELAY on every connection
  std::optional<KeepaliveOptions> keepalive;
  std::optional<Duration> userTimeout;
  std::optional<uint32_t> sendBuffer;
  std::optional<uint32_t> receiveBuffer;
  std::optional<Address> bind;  // local address; port 0 = any
};

struct ListenOptions {
  uint32_t backlog = 0;   // 0 = the system's maximum (net.core.somaxconn), as Envoy
  bool reusePort = true;  // one socket per worker
  bool reuseAddress = true;
  SocketOptions accepted;  // given to every accepted stream
};

}  // namespace orrery::io
