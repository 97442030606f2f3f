#include "proxy/io_asio/socket_options.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "proxy/io_asio/errors.h"
#include "proxy/io_asio/raw_address.h"

namespace orrery::io_asio {

namespace {

int clampToInt(int64_t v) { return static_cast<int>(std::clamp<int64_t>(v, 1, INT32_MAX)); }

// Linux takes whole seconds; a shorter wish becomes the shortest possible.
int wholeSeconds(Duration d) { return clampToInt(d.inSeconds()); }

bool setKeepalive(int fd, const io::KeepaliveOptions& k) {
  if (setIntOption(fd, SOL_SOCKET, SO_KEEPALIVE, 1) != 0) return false;
  if (k.probes && setIntOption(fd, IPPROTO_TCP, TCP_KEEPCNT, clampToInt(*k.probes)) != 0) return false;
  if (k.idle && setIntOption(fd, IPPROTO_TCP, TCP_KEEPIDLE, wholeSeconds(*k.idle)) != 0) return false;
  return !k.interval || setIntOption(fd, IPPROTO_TCP, TCP_KEEPINTVL, wholeSeconds(*k.interval)) == 0;
}

}  // namespace

int setIntOption(int fd, int level, int name, int value) {
  return ::setsockopt(fd, level, name, &value, sizeof(value));
}

io::IoError applyOptions(int fd, int family, const io::SocketOptions& o) {
  if (o.sendBuffer && setIntOption(fd, SOL_SOCKET, SO_SNDBUF, clampToInt(*o.sendBuffer)) != 0) return ioErrorOf(errno);
  if (o.receiveBuffer && setIntOption(fd, SOL_SOCKET, SO_RCVBUF, clampToInt(*o.receiveBuffer)) != 0) {
    return ioErrorOf(errno);
  }
  if (family == AF_UNIX) return io::IoError::kNone;
  if (o.noDelay && setIntOption(fd, IPPROTO_TCP, TCP_NODELAY, 1) != 0) return ioErrorOf(errno);
  if (o.keepalive && !setKeepalive(fd, *o.keepalive)) return ioErrorOf(errno);
  if (o.userTimeout &&
      setIntOption(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, clampToInt(o.userTimeout->inMilliseconds())) != 0) {
    return ioErrorOf(errno);
  }
  return io::IoError::kNone;
}

io::IoError bindForConnect(int fd, const io::Address& address) {
  const auto raw = toRaw(address);
  if (!raw) return io::IoError::kInvalid;
  // Without it bind() takes an ephemeral port that no other destination can share.
  if (address.isIp() && address.port() == 0 && setIntOption(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1) != 0) {
    return ioErrorOf(errno);
  }
  return ::bind(fd, raw->get(), raw->size) == 0 ? io::IoError::kNone : ioErrorOf(errno);
}

}  // namespace orrery::io_asio
