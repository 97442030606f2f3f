#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "sim/net/listening_socket.h"
#include "sim/net/sock_error.h"
#include "sim/net/socket.h"

namespace orrery::sim {

class Host;

// A descriptor of socket(2): what an application holds before anything is bound, while it listens or connects, and after the
// connection has ended. Each call answers in each state what Linux' inet_stream_ops answer; Socket and ListeningSocket below it
// are the parts that a proxy needs.
//
// All calls are non-blocking. Lifetime: the host outlives it; destruction closes it. Threading: the run's. Re-entry: none.
class InetSocket {
 public:
  // AF_INET, AF_INET6. An IPv4 address given to a socket of the second is a mapped one (::ffff:a.b.c.d).
  enum class Family : uint8_t { kIpv4, kIpv6 };

  explicit InetSocket(Host& host, Family family = Family::kIpv4);
  ~InetSocket();
  InetSocket(const InetSocket&) = delete;
  InetSocket& operator=(const InetSocket&) = delete;

  // Port 0 is chosen.
  SockError bind(Endpoint at);
  SockError listen(uint32_t backlog);
  // kInProgress when the SYN has left.
  SockError connect(Endpoint to);
  std::expected<std::unique_ptr<InetSocket>, SockError> accept();
  // With `urgent` as send(2) with MSG_OOB: the last byte is urgent.
  SockResult write(std::string_view bytes, bool urgent = false);
  // Replaces `into`. {0, kNone}: the end.
  SockResult read(std::string& into, size_t room);
  SockResult peek(std::string& into, size_t room);
  SockError shutdown(bool read, bool write);
  // Nothing else may be called afterwards. With `abort` as after SO_LINGER 0.
  void close(bool abort);

  // PollBits.
  uint8_t poll() const;
  // SO_ERROR.
  SockError takeError();
  bool listening() const { return listener_ != nullptr; }
  // kClosed while it listens.
  TcpState state() const;
  // Port 0: not bound.
  Endpoint local() const { return local_; }
  Family family() const { return family_; }
  Host& host() const { return host_; }
  const Socket* connection() const { return connection_; }

  const SocketParameters& parameters() const { return parameters_; }
  // What can be changed while connected takes effect at once.
  void setParameters(const SocketParameters& parameters);
  uint32_t deferAccept() const { return deferAccept_; }
  // TCP_DEFER_ACCEPT in SYN-ACK periods.
  void setDeferAccept(uint32_t periods);

 private:
  // SS_UNCONNECTED, SS_CONNECTING, SS_CONNECTED, SS_DISCONNECTING of <linux/net.h>.
  enum class Phase : uint8_t { kUnconnected, kConnecting, kConnected, kDisconnecting };
  InetSocket(Host& host, Family family, Socket& connection);
  void hold(Endpoint at);
  void letGo();
  void forgetConnection();
  bool connectionClosed() const { return connection_ == nullptr || connection_->state() == TcpState::kClosed; }

  Endpoint unbound() const { return {family_ == Family::kIpv6 ? IpAddress::anyIpv6() : IpAddress(), 0}; }
  SockError connectable(Endpoint to) const;

  Host& host_;
  Family family_ = Family::kIpv4;
  Endpoint local_;
  bool boundByApplication_ = false;
  bool closed_ = false;
  Phase phase_ = Phase::kUnconnected;
  std::unique_ptr<ListeningSocket> listener_;
  Socket* connection_ = nullptr;
  SockError error_ = SockError::kNone;  // pending, while there is no connection
  bool readShut_ = false;
  bool writeShut_ = false;
  SocketParameters parameters_;
  uint32_t deferAccept_ = 0;
};

}  // namespace orrery::sim
