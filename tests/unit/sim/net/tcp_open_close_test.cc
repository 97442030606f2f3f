// Openings and endings that are not one client and one server in order.

#include <gtest/gtest.h>

#include "sim/net/inet_socket.h"
#include "tests/unit/sim/net/kernel_world.h"

namespace orrery::sim {
namespace {

using K = KernelWorld;
constexpr Endpoint kHere{K::kClientIp, 5000};
constexpr Endpoint kThere{K::kServerIp, 6000};

TEST(SimultaneousOpen, MakesOneConnectionOfTwoSyns) {
  K w;
  InetSocket a(w.client);
  InetSocket b(w.server);
  ASSERT_EQ(a.bind(kHere), SockError::kNone);
  ASSERT_EQ(b.bind(kThere), SockError::kNone);
  EXPECT_EQ(a.connect(kThere), SockError::kInProgress);
  EXPECT_EQ(b.connect(kHere), SockError::kInProgress);
  w.settle();
  EXPECT_EQ(w.segments(), ">S <S <SA >SA");
  EXPECT_EQ(a.state(), TcpState::kEstablished);
  EXPECT_EQ(b.state(), TcpState::kEstablished);
  EXPECT_EQ(a.write("hello").bytes, 5u);
  w.settle();
  std::string got;
  EXPECT_EQ(b.read(got, 100).bytes, 5u);
  EXPECT_EQ(got, "hello");
}

TEST(SimultaneousOpen, ASocketMayBeConnectedToItself) {
  K w;
  InetSocket a(w.client);
  ASSERT_EQ(a.bind(kHere), SockError::kNone);
  EXPECT_EQ(a.connect(kHere), SockError::kInProgress);
  w.settle();
  EXPECT_EQ(a.state(), TcpState::kEstablished);
  EXPECT_EQ(a.write("echo").bytes, 4u);
  w.settle();
  std::string got;
  EXPECT_EQ(a.read(got, 100).bytes, 4u);
  EXPECT_EQ(got, "echo");
  a.close(false);
  w.settle();
  EXPECT_EQ(w.client.tcp().openSockets(), 0u);
  EXPECT_EQ(w.client.tcp().timeWaits(), 1u);
}

TEST(Reset, BehindALostSegmentIsAskedForAgainInTheRightPlace) {
  K w;
  auto [c, s] = w.pair();
  bool lose = true;
  w.net.link(w.client, w.server).addRule(std::make_unique<LoseSome>([&lose](const Segment& seg) {
    return seg.length > 0 && std::exchange(lose, false);
  }));
  K::write(*c, "lost");
  w.pass(Duration::milliseconds(1));
  w.forgetSegments();
  w.close(*c, true);
  w.pass(Duration::milliseconds(1));
  EXPECT_EQ(w.segments(), ">RA <A >R") << "RFC 5961: a challenge";
  EXPECT_EQ(s->takeError(), SockError::kReset);
}

TEST(Reset, OfAnEarlierPlaceIsIgnored) {
  K w;
  auto [c, s] = w.pair();
  K::write(*c, "some bytes");
  w.pass(Duration::milliseconds(1));
  Segment* old = w.net.newSegment();
  old->from = c->local();
  old->to = c->peer();
  old->flags = kRst;
  old->seq = c->record().client.bytesWritten;  // far below
  old->ack = 0;
  old->window = old->length = 0;
  old->payloadHash = 0;
  old->sender = w.client.id();
  old->receiver = nullptr;
  w.net.route(w.client, old);
  w.settle();
  EXPECT_EQ(s->state(), TcpState::kEstablished);
}

TEST(Ports, RunOut) {
  K w;
  w.listen();
  Endpoint local{K::kClientIp, 0};
  InetSocket last(w.client);
  for (uint32_t port = PortTable::kFirst; port < PortTable::kLast; ++port) {
    local = local.withPort(static_cast<uint16_t>(port));
    auto s = w.client.tcp().connect(K::kServer, local, {}, port);
    ASSERT_TRUE(s.has_value());
    w.open.push_back(*s);
  }
  EXPECT_EQ(last.connect(K::kServer), SockError::kInProgress);
  EXPECT_EQ(last.local().port(), PortTable::kLast);
  InetSocket none(w.client);
  EXPECT_EQ(none.connect(K::kServer), SockError::kAddrNotAvail);
  EXPECT_EQ(none.connect({K::kServerIp, 81}), SockError::kInProgress) << "another peer, another pair";
}

TEST(Ports, InTimeWaitMayBeBoundWhereBothSaySo) {
  K w;
  ListenParameters p;
  auto [c, s] = w.pair({}, p);
  w.close(*s);  // the server's end waits
  w.pass(Duration::milliseconds(1));
  w.close(*c);
  w.pass(Duration::milliseconds(1));
  w.listener.reset();
  ASSERT_EQ(w.server.tcp().timeWaits(), 1u);
  InetSocket plain(w.server);
  EXPECT_EQ(plain.bind(K::kServer), SockError::kAddrInUse);
  InetSocket reusing(w.server);
  SocketParameters reuse;
  reuse.reuseAddress = true;
  reusing.setParameters(reuse);
  EXPECT_EQ(reusing.bind(K::kServer), SockError::kNone);
  w.pass(Duration::seconds(61));
  reusing.close(false);
  EXPECT_EQ(plain.bind(K::kServer), SockError::kNone);
}

TEST(Readiness, ASynsWindowIsNotScaled) {
  K w;
  w.pair();
  for (const RecordedEvent& e : w.recorder.events()) {
    if (e.number == static_cast<uint16_t>(EventNumber::kSegmentSent) && (e.numberOf("flags") & kSyn) != 0) {
      EXPECT_EQ(e.numberOf("window"), 65'535u);
    }
  }
}

}  // namespace
}  // namespace orrery::sim
