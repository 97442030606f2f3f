#include "cli/sockets/sim_options.h"

#include <algorithm>
#include <cerrno>

#include "cli/sockets/options.h"
#include "sim/net/tcp.h"

namespace orrery::sockets {

namespace {

// Linux doubles the sizes that are set and has floors (SOCK_MIN_SNDBUF, SOCK_MIN_RCVBUF on x86-64).
constexpr int64_t kLeastSendBuffer = 4608;
constexpr int64_t kLeastReceiveBuffer = 2304;
constexpr int64_t kDefaultSendBuffer = 16'384;
constexpr int64_t kDefaultReceiveBuffer = 131'072;
int64_t reported(uint32_t set, int64_t byDefault, int64_t floor) {
  return set == 0 ? byDefault : std::max<int64_t>(int64_t{2} * set, floor);
}

}  // namespace

int errnoOf(sim::SockError error) {
  switch (error) {
    case sim::SockError::kNone: return 0;
    case sim::SockError::kAgain: return EAGAIN;
    case sim::SockError::kReset: return ECONNRESET;
    case sim::SockError::kPipe: return EPIPE;
    case sim::SockError::kRefused: return ECONNREFUSED;
    case sim::SockError::kTimedOut: return ETIMEDOUT;
    case sim::SockError::kHostUnreach: return EHOSTUNREACH;
    case sim::SockError::kAddrInUse: return EADDRINUSE;
    case sim::SockError::kAddrNotAvail: return EADDRNOTAVAIL;
    case sim::SockError::kNotConnected: return ENOTCONN;
    case sim::SockError::kTooManyFiles: return EMFILE;
    case sim::SockError::kMessageTooBig: return EMSGSIZE;
    case sim::SockError::kInvalid: return EINVAL;
    case sim::SockError::kInProgress: return EINPROGRESS;
    case sim::SockError::kAlready: return EALREADY;
    case sim::SockError::kIsConnected: return EISCONN;
    case sim::SockError::kAborted: return ECONNABORTED;
    case sim::SockError::kNetUnreach: return ENETUNREACH;
    case sim::SockError::kAfNoSupport: return EAFNOSUPPORT;
  }
  return EINVAL;
}

Outcome setSimOption(sim::InetSocket& socket, std::string_view name, int64_t value) {
  const auto n = static_cast<uint32_t>(value);
  sim::SocketParameters p = socket.parameters();
  if (name == "IPV6_V6ONLY") {
    if (socket.family() != sim::InetSocket::Family::kIpv6) return Outcome::failed(ENOPROTOOPT);
    if (socket.local().port() != 0) return Outcome::failed(EINVAL);
    p.v6Only = value != 0;
  }
  if (name == "TCP_DEFER_ACCEPT") {
    socket.setDeferAccept(periodsOfSeconds(value));
    return {};
  }
  if (name == "SO_SNDBUF") p.sendBuffer = std::max(n, 1U);
  if (name == "SO_RCVBUF") p.receiveBuffer = std::max(n, 1U);
  if (name == "SO_REUSEADDR") p.reuseAddress = value != 0;
  if (name == "SO_REUSEPORT") p.reusePort = value != 0;
  if (name == "SO_LINGER") p.lingerSeconds = static_cast<int32_t>(value);
  if (name == "SO_KEEPALIVE") p.keepAlive = value != 0;
  if (name == "TCP_NODELAY") p.noDelay = value != 0;
  if (name == "TCP_KEEPIDLE") p.keepIdleSeconds = n;
  if (name == "TCP_KEEPINTVL") p.keepIntervalSeconds = n;
  if (name == "TCP_KEEPCNT") p.keepProbes = n;
  if (name == "TCP_USER_TIMEOUT") p.userTimeout = Duration::milliseconds(value);
  if (name == "TCP_SYNCNT") p.synRetries = n;
  if (name == "TCP_LINGER2") p.linger2Seconds = static_cast<int32_t>(value);
  socket.setParameters(p);
  return {};
}

Outcome getSimOption(sim::InetSocket& socket, std::string_view name) {
  const sim::SocketParameters& p = socket.parameters();
  Outcome out;
  if (name == "IPV6_V6ONLY" && socket.family() != sim::InetSocket::Family::kIpv6) return Outcome::failed(ENOPROTOOPT);
  if (name == "IPV6_V6ONLY") out.value = p.v6Only ? 1 : 0;
  if (name == "SO_SNDBUF") out.value = reported(p.sendBuffer, kDefaultSendBuffer, kLeastSendBuffer);
  if (name == "SO_RCVBUF") out.value = reported(p.receiveBuffer, kDefaultReceiveBuffer, kLeastReceiveBuffer);
  if (name == "SO_REUSEADDR") out.value = p.reuseAddress ? 1 : 0;
  if (name == "SO_REUSEPORT") out.value = p.reusePort ? 1 : 0;
  if (name == "SO_LINGER") out.value = p.lingerSeconds;
  if (name == "SO_KEEPALIVE") out.value = p.keepAlive ? 1 : 0;
  if (name == "SO_ERROR") out.value = errnoOf(socket.takeError());
  if (name == "SO_ACCEPTCONN") out.value = socket.listening() ? 1 : 0;
  if (name == "TCP_NODELAY") out.value = p.noDelay ? 1 : 0;
  if (name == "TCP_KEEPIDLE") out.value = p.keepIdleSeconds;
  if (name == "TCP_KEEPINTVL") out.value = p.keepIntervalSeconds;
  if (name == "TCP_KEEPCNT") out.value = p.keepProbes;
  if (name == "TCP_USER_TIMEOUT") out.value = p.userTimeout.inMilliseconds();
  if (name == "TCP_SYNCNT") out.value = p.synRetries == 0 ? sim::TcpSettings().synRetries : p.synRetries;
  if (name == "TCP_LINGER2") {
    const int32_t l = p.linger2Seconds;
    out.value = l == 0 ? sim::TcpTimes::kFinWait2.inNanoseconds() / 1'000'000'000 : std::max(l, -1);
  }
  if (name == "TCP_DEFER_ACCEPT") out.value = secondsOfPeriods(socket.deferAccept());
  return out;
}

}  // namespace orrery::sockets
