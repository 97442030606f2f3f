#include "sim/net/inet_socket.h"

#include <algorithm>
#include <utility>

#include "proxy/base/assert.h"
#include "sim/net/host.h"
#include "sim/net/net.h"
#include "sim/net/tcp.h"

namespace orrery::sim {

InetSocket::InetSocket(Host& host, Family family) : host_(host), family_(family), local_(unbound()) {
  parameters_.noDelay = false;
}

// Accepted: connected, with the options that its listener had when the handshake was complete.
InetSocket::InetSocket(Host& host, Family family, Socket& connection)
    : host_(host),
      family_(family),
      local_(connection.local()),
      phase_(Phase::kConnected),
      connection_(&connection),
      parameters_(connection.parameters()) {}

InetSocket::~InetSocket() {
  if (!closed_) close(false);
}

void InetSocket::hold(Endpoint at) {
  local_ = at;
  host_.tcp().ports().hold(*this);
}

void InetSocket::letGo() {
  host_.tcp().ports().release(*this);
  local_ = unbound();
  boundByApplication_ = false;
}

SockError InetSocket::bind(Endpoint at) {
  // A port that the kernel chose, or a listener's, goes with the connection (inet_put_port()).
  if (family_ == Family::kIpv4 && at.isIpv6()) return SockError::kAfNoSupport;
  if (listener_ != nullptr || boundByApplication_ || !connectionClosed()) return SockError::kInvalid;
  if (family_ == Family::kIpv6 && !at.isIpv6() && parameters_.v6Only) return SockError::kInvalid;
  const auto taken = host_.tcp().ports().choose(at, parameters_, this);
  if (!taken) return taken.error();
  hold(*taken);
  boundByApplication_ = true;
  // __inet6_bind(): so is what has an address of IPv6.
  if (at.isIpv6() && !at.ip().isAny()) parameters_.v6Only = true;
  return SockError::kNone;
}

// inet_listen(). Linux asks once more whether the port may be had, as what else holds it may listen by now.
SockError InetSocket::listen(uint32_t backlog) {
  if (phase_ != Phase::kUnconnected || !connectionClosed()) return SockError::kInvalid;
  if (listener_ != nullptr) {
    listener_->setBacklog(backlog);
    return SockError::kNone;
  }
  const bool chosen = local_.port() == 0;
  const auto at = host_.tcp().ports().choose(local_, parameters_, this);  // unbound: on every address
  if (!at) return at.error();
  ListenParameters p;
  p.backlog = backlog;
  p.reusePort = parameters_.reusePort;
  p.reuseAddress = parameters_.reuseAddress;
  p.deferAccept = deferAccept_;
  p.accepted = parameters_;
  p.shutRead = readShut_;
  p.shutWrite = writeShut_;
  listener_ = host_.tcp().listenAt(*at, p);
  if (chosen) hold(*at);
  readShut_ = writeShut_ = false;
  return SockError::kNone;
}

// What the families of sockets and addresses forbid (tcp_v4_connect(), tcp_v6_connect()).
SockError InetSocket::connectable(Endpoint to) const {
  if (family_ == Family::kIpv4) return to.isIpv6() ? SockError::kAfNoSupport : SockError::kNone;
  if (!to.isIpv6() && (parameters_.v6Only || (local_.isIpv6() && !local_.ip().isAny()))) return SockError::kNetUnreach;
  return to.isIpv6() && !local_.isIpv6() ? SockError::kAfNoSupport : SockError::kNone;
}

// __inet_stream_connect()
SockError InetSocket::connect(Endpoint to) {
  if (phase_ == Phase::kDisconnecting) return SockError::kInvalid;
  if (phase_ == Phase::kConnected || listener_ != nullptr) return SockError::kIsConnected;
  if (phase_ == Phase::kConnecting) {
    if (connectionClosed()) {
      const SockError error = takeError();
      forgetConnection();
      return error == SockError::kNone ? SockError::kAborted : error;
    }
    if (connection_->state() == TcpState::kSynSent) return SockError::kAlready;
    phase_ = Phase::kConnected;
    return SockError::kNone;
  }
  if (to.ip() == IpAddress::anyIpv6() && !local_.isIpv6()) to = {IpAddress(), to.port()};  // of a mapped address
  if (const SockError error = connectable(to); error != SockError::kNone) return error;
  std::optional<Endpoint> bound;
  if (local_.port() != 0) bound = local_;
  auto made = host_.tcp().connect(to, bound, parameters_, host_.tcp().nextDescriptor());
  if (!made) {
    // A port that is bound already: the pair is taken, which connect(2) calls an address that is not available.
    return made.error() == SockError::kAddrInUse ? SockError::kAddrNotAvail : made.error();
  }
  connection_ = *made;
  connection_->wasShut(readShut_, writeShut_);
  local_ = connection_->local();
  phase_ = Phase::kConnecting;
  error_ = SockError::kNone;
  return SockError::kInProgress;
}

// tcp_disconnect(): as if new, but for a port that the application bound.
void InetSocket::forgetConnection() {
  if (connection_ != nullptr) connection_->close(true);
  connection_ = nullptr;
  listener_.reset();
  if (!boundByApplication_) letGo();
  phase_ = Phase::kUnconnected;
  readShut_ = writeShut_ = false;
}

std::expected<std::unique_ptr<InetSocket>, SockError> InetSocket::accept() {
  if (listener_ == nullptr) return std::unexpected(SockError::kInvalid);
  Socket* s = listener_->accept();
  if (s == nullptr) return std::unexpected(SockError::kAgain);
  return std::unique_ptr<InetSocket>(new InetSocket(host_, family_, *s));
}

SockError InetSocket::takeError() {
  if (connection_ != nullptr) return connection_->takeError();
  return std::exchange(error_, SockError::kNone);
}

SockResult InetSocket::write(std::string_view bytes, bool urgent) {
  if (connection_ == nullptr) {
    const SockError error = takeError();
    return {0, error == SockError::kNone ? SockError::kPipe : error};
  }
  const SockResult r = connection_->writeStart(bytes.size());
  if (r.error != SockError::kNone || r.bytes == 0) return r;
  connection_->put(bytes.data(), r.bytes, r.bytes);
  if (urgent) connection_->markUrgent();
  connection_->writeDone();
  return r;
}

SockResult InetSocket::read(std::string& into, size_t room) {
  if (connection_ == nullptr) return peek(into, room);
  const SockResult r = connection_->readStart(room);
  into.resize(r.bytes);
  if (r.bytes > 0) {
    connection_->take(into.data(), r.bytes);
    connection_->readDone();
  }
  return r;
}

SockResult InetSocket::peek(std::string& into, size_t room) {
  into.clear();
  if (connection_ == nullptr) {
    if (listener_ != nullptr) return {0, SockError::kNotConnected};
    const SockError error = takeError();
    if (error != SockError::kNone) return {0, error};
    return {0, readShut_ ? SockError::kNone : SockError::kNotConnected};
  }
  into.resize(std::min(room, connection_->unread()));
  const SockResult r = connection_->peek(into.data(), into.size());
  into.resize(r.bytes);
  return r;
}

// inet_shutdown()
SockError InetSocket::shutdown(bool read, bool write) {
  if (phase_ == Phase::kConnecting) {
    const bool open = !connectionClosed() && connection_->state() != TcpState::kSynSent;
    phase_ = open ? Phase::kConnected : Phase::kDisconnecting;
  }
  if (listener_ != nullptr) {
    if (read) forgetConnection();
    return SockError::kNone;
  }
  if (connection_ != nullptr && connection_->state() == TcpState::kSynSent) {
    forgetConnection();
    error_ = SockError::kReset;
    return SockError::kNone;
  }
  if (connectionClosed()) {
    readShut_ = readShut_ || read;
    writeShut_ = writeShut_ || write;
    return SockError::kNotConnected;
  }
  if (read) connection_->shutdownRead();
  if (write) connection_->shutdownWrite();
  return SockError::kNone;
}

void InetSocket::close(bool abort) {
  ORRERY_ASSERT(!closed_, "a descriptor is closed once");
  closed_ = true;
  listener_.reset();
  if (connection_ != nullptr) connection_->close(abort);
  connection_ = nullptr;
  letGo();
}

void InetSocket::setParameters(const SocketParameters& parameters) {
  parameters_ = parameters;
  if (listener_ != nullptr) listener_->setAccepted(parameters);
  if (connection_ != nullptr) connection_->setParameters(parameters);
}

void InetSocket::setDeferAccept(uint32_t periods) {
  deferAccept_ = periods;
  if (listener_ != nullptr) listener_->setDeferAccept(periods);
}

// tcp_poll()
uint8_t InetSocket::poll() const {
  if (connection_ != nullptr) {
    const uint8_t bits = connection_->poll();
    if (connection_->state() != TcpState::kSynSent || !readShut_) return bits;
    return static_cast<uint8_t>(bits | kPollIn | kPollRdHup | (writeShut_ ? kPollHup : 0));
  }
  if (listener_ != nullptr) return listener_->poll();
  int flags = kPollHup | kPollOut;
  if (readShut_) flags |= kPollIn | kPollRdHup;
  if (error_ != SockError::kNone) flags |= kPollErr;
  return static_cast<uint8_t>(flags);
}

TcpState InetSocket::state() const { return connection_ == nullptr ? TcpState::kClosed : connection_->state(); }

}  // namespace orrery::sim
