// What the kernel was told, seen through getsockopt: the seam does not show it.

#include "proxy/io_asio/socket_options.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <memory>
#include <vector>

#include "proxy/io_asio/environment.h"
#include "proxy/io_asio/stream.h"

namespace orrery::io_asio {
namespace {

struct KeepsOne final : io::ListenerCallbacks {
  void onAccept(std::unique_ptr<io::Stream> s) override { streams.push_back(std::move(s)); }
  void onAcceptError(io::IoError) override {}
  std::vector<std::unique_ptr<io::Stream>> streams;
};

int option(const io::Stream& s, int level, int name) {
  int value = -1;
  socklen_t size = sizeof(value);
  ::getsockopt(static_cast<const RealStream&>(s).descriptor(), level, name, &value, &size);
  return value;
}

class SocketOptionsTest : public testing::Test {
 protected:
  void connect(const io::SocketOptions& client, const io::SocketOptions& server) {
    io::Dispatcher& d = environment_->io().mainDispatcher;
    io::ListenOptions options;
    options.accepted = server;
    const auto socket = *environment_->io().network.listen(io::Address::ipv4(0x7f000001, 0), options);
    const auto listener = d.listen(socket, acceptor_);
    client_ = *d.connect(socket->localAddress(), client);
    const TimePoint end = d.now() + Duration::seconds(5);
    while (acceptor_.streams.empty() && d.now() < end) environment_->step(end);
    ASSERT_EQ(acceptor_.streams.size(), 1u);
    server_ = std::move(acceptor_.streams[0]);
  }
  std::unique_ptr<RealEnvironment> environment_ = newRealEnvironment();
  KeepsOne acceptor_;
  std::unique_ptr<io::Stream> client_;
  std::unique_ptr<io::Stream> server_;
};

TEST_F(SocketOptionsTest, NoDelayIsTheDefaultOnBothEnds) {
  connect({}, {});
  EXPECT_EQ(option(*client_, IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_EQ(option(*server_, IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_EQ(option(*client_, SOL_SOCKET, SO_KEEPALIVE), 0);
}

TEST_F(SocketOptionsTest, ConnectedStreamsGetTheirOptionsAndAcceptedOnesThoseOfTheListener) {
  io::SocketOptions o;
  o.noDelay = false;
  o.keepalive = io::KeepaliveOptions{.probes = 4, .idle = Duration::seconds(70), .interval = Duration::seconds(9)};
  o.userTimeout = Duration::milliseconds(12'345);
  o.sendBuffer = 20'000;
  o.receiveBuffer = 30'000;
  connect(o, o);
  for (const io::Stream* s : {client_.get(), server_.get()}) {
    EXPECT_EQ(option(*s, IPPROTO_TCP, TCP_NODELAY), 0);
    EXPECT_EQ(option(*s, SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_EQ(option(*s, IPPROTO_TCP, TCP_KEEPCNT), 4);
    EXPECT_EQ(option(*s, IPPROTO_TCP, TCP_KEEPIDLE), 70);
    EXPECT_EQ(option(*s, IPPROTO_TCP, TCP_KEEPINTVL), 9);
    EXPECT_EQ(option(*s, IPPROTO_TCP, TCP_USER_TIMEOUT), 12'345);
    EXPECT_EQ(option(*s, SOL_SOCKET, SO_SNDBUF), 40'000);  // socket(7): the kernel doubles it
    EXPECT_EQ(option(*s, SOL_SOCKET, SO_RCVBUF), 60'000);
  }
}

}  // namespace
}  // namespace orrery::io_asio
