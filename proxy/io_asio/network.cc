#include "proxy/io_asio/network.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "proxy/io_asio/errors.h"
#include "proxy/io_asio/fd.h"
#include "proxy/io_asio/listener.h"
#include "proxy/io_asio/raw_address.h"
#include "proxy/io_asio/socket_options.h"

namespace orrery::io_asio {

using io::IoError;

namespace {

IoError prepare(int fd, const io::Address& at, const io::ListenOptions& options) {
  if (at.isIp()) {
    if (options.reuseAddress && setIntOption(fd, SOL_SOCKET, SO_REUSEADDR, 1) != 0) return ioErrorOf(errno);
    if (options.reusePort && setIntOption(fd, SOL_SOCKET, SO_REUSEPORT, 1) != 0) return ioErrorOf(errno);
    // Envoy's default (ipv4_compat: false): an IPv6 listener takes IPv6 only.
    if (at.kind() == io::Address::Kind::kIpv6 && setIntOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) != 0) {
      return ioErrorOf(errno);
    }
  } else if (at.kind() == io::Address::Kind::kUnixPath) {
    ::unlink(at.unixName().c_str());  // left by an earlier process; Envoy does so too
  }
  // Linux hands all of these on to accepted sockets: no call is needed for each of them.
  return applyOptions(fd, familyOf(at), options.accepted);
}

}  // namespace

std::expected<std::shared_ptr<io::ListenSocket>, IoError> RealNetwork::listen(const io::Address& at,
                                                                              const io::ListenOptions& options) {
  const auto raw = toRaw(at);
  if (!raw) return std::unexpected(IoError::kInvalid);
  Fd fd(::socket(familyOf(at), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return std::unexpected(ioErrorOf(errno));
  if (const IoError e = prepare(fd.get(), at, options); e != IoError::kNone) return std::unexpected(e);
  if (::bind(fd.get(), raw->get(), raw->size) != 0) return std::unexpected(ioErrorOf(errno));
  // The kernel caps the backlog to net.core.somaxconn.
  const int backlog =
      options.backlog == 0 ? INT32_MAX : static_cast<int>(std::min<uint32_t>(options.backlog, INT32_MAX));
  if (::listen(fd.get(), backlog) != 0) return std::unexpected(ioErrorOf(errno));
  io::Address local = at.isIp() && at.port() == 0 ? localAddressOf(fd.get()) : at;
  return std::make_shared<RealListenSocket>(std::move(fd), std::move(local));
}

}  // namespace orrery::io_asio
