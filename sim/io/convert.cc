#include "sim/io/convert.h"

#include "proxy/io/readiness.h"

namespace orrery::sim {

io::IoError ioErrorOf(SockError error) {
  switch (error) {
    case SockError::kNone: return io::IoError::kNone;
    case SockError::kAgain: return io::IoError::kWouldBlock;
    case SockError::kReset: return io::IoError::kConnectionReset;
    case SockError::kPipe: return io::IoError::kBrokenPipe;
    case SockError::kRefused: return io::IoError::kConnectionRefused;
    case SockError::kTimedOut: return io::IoError::kTimedOut;
    case SockError::kHostUnreach: return io::IoError::kHostUnreachable;
    case SockError::kAddrInUse: return io::IoError::kAddressInUse;
    case SockError::kAddrNotAvail: return io::IoError::kAddressNotAvailable;
    case SockError::kNotConnected: return io::IoError::kNotConnected;
    case SockError::kTooManyFiles: return io::IoError::kTooManyFiles;
    case SockError::kMessageTooBig: return io::IoError::kMessageTooBig;
    case SockError::kInvalid: return io::IoError::kInvalid;
    case SockError::kNetUnreach: return io::IoError::kNetworkUnreachable;
    // No caller tells this one apart; the others are answered by descriptors of sim/net/inet_socket.h only.
    case SockError::kAfNoSupport:
    case SockError::kInProgress:
    case SockError::kAlready:
    case SockError::kIsConnected:
    case SockError::kAborted: break;
  }
  return io::IoError::kOther;
}

uint8_t readyBitsOf(uint8_t poll) {
  uint8_t bits = 0;
  if ((poll & kPollIn) != 0) bits |= io::kReadable;
  if ((poll & kPollOut) != 0) bits |= io::kWritable;
  if ((poll & kPollRdHup) != 0) bits |= io::kPeerClosed | io::kReadable;
  if ((poll & kPollHup) != 0) bits |= io::kPeerClosed | io::kReadable | io::kWritable;
  if ((poll & kPollErr) != 0) bits |= io::kError;
  return bits;
}

io::Address addressOf(Endpoint e) {
  if (e.isIpv6()) return io::Address::ipv6(e.ip().ipv6Bytes(), e.port());
  return io::Address::ipv4(e.ip().ipv4(), e.port());
}

io::Address ipv6AddressOf(Endpoint e) { return io::Address::ipv6(e.ip().ipv6Bytes(), e.port()); }

std::optional<Endpoint> endpointOf(const io::Address& a) {
  if (a.kind() == io::Address::Kind::kIpv4) return Endpoint(a.ipv4HostOrder(), a.port());
  if (a.kind() != io::Address::Kind::kIpv6) return std::nullopt;
  const auto ip = IpAddress::fromIpv6(a.ipv6Bytes());
  return ip ? std::optional(Endpoint(*ip, a.port())) : std::nullopt;
}

SocketParameters parametersOf(const io::SocketOptions& o) {
  SocketParameters p;
  p.noDelay = o.noDelay;
  p.sendBuffer = o.sendBuffer.value_or(0);
  p.receiveBuffer = o.receiveBuffer.value_or(0);
  if (o.keepalive) {
    const auto seconds = [](Duration d) { return static_cast<uint32_t>(d.inMilliseconds() / 1000); };
    p.keepAlive = true;
    if (o.keepalive->idle) p.keepIdleSeconds = seconds(*o.keepalive->idle);
    if (o.keepalive->interval) p.keepIntervalSeconds = seconds(*o.keepalive->interval);
    if (o.keepalive->probes) p.keepProbes = *o.keepalive->probes;
  }
  if (o.userTimeout) p.userTimeout = *o.userTimeout;
  return p;
}

ListenParameters parametersOf(const io::ListenOptions& o) {
  ListenParameters p;
  if (o.backlog != 0) p.backlog = o.backlog;
  p.reusePort = o.reusePort;
  p.reuseAddress = o.reuseAddress;
  p.accepted = parametersOf(o.accepted);
  p.accepted.v6Only = true;  // as io_asio
  return p;
}

}  // namespace orrery::sim
