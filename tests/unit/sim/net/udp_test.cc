#include "sim/net/udp.h"

#include "sim/net/packet_bytes.h"
#include "tests/unit/sim/net/kernel_world.h"

namespace orrery::sim {
namespace {

using K = KernelWorld;
constexpr Endpoint kPort{K::kServerIp, 53};

std::unique_ptr<UdpSocket> bound(Host& host, uint16_t port = 0) {
  return std::move(*host.udp().bind({host.addresses().front(), port}, host.id()));
}
SockError send(UdpSocket& s, std::string_view text, Endpoint to) { return s.send(text.data(), text.size(), to); }
std::string receive(UdpSocket& s) {
  char room[64];
  const auto r = s.receive(room, sizeof(room));
  return r ? std::string(room, r->size) : r.error() == SockError::kRefused ? "refused" : "nothing";
}

TEST(Udp, WhereNobodyListensAConnectedSocketLearnsItOnce) {
  K w;
  const auto connected = bound(w.client);
  const auto other = bound(w.client);
  connected->connect(kPort);
  send(*connected, "hello", kPort);
  send(*other, "hello", kPort);
  w.settle();
  EXPECT_NE(connected->poll() & kPollErr, 0);
  EXPECT_EQ(receive(*connected), "refused");
  EXPECT_EQ(receive(*connected), "nothing");
  EXPECT_EQ(receive(*other), "nothing");
}

TEST(Udp, APendingErrorIsGivenToTheNextSendAndThatSendsNothing) {
  K w;
  const auto s = bound(w.client);
  s->connect(kPort);
  send(*s, "one", kPort);
  w.settle();
  const auto late = bound(w.server, 53);
  EXPECT_EQ(send(*s, "two", kPort), SockError::kRefused);
  EXPECT_EQ(send(*s, "three", kPort), SockError::kNone);
  w.settle();
  EXPECT_EQ(receive(*late), "three");
}

TEST(Udp, TheConnectedSocketGoesBeforeTheWildcard) {
  K w;
  const auto any = std::move(*w.server.udp().bind({0, 53}, 1));
  const auto from = bound(w.client, 4000);
  send(*from, "first", kPort);
  w.settle();
  EXPECT_EQ(receive(*any), "first");
}

TEST(Udp, WhatTheReceiveBufferCannotHoldIsLost) {
  K w;
  const auto to = bound(w.server, 53);
  const auto from = bound(w.client);
  const std::string kilobytes(60'000, 'x');
  for (int i = 0; i < 10; ++i) send(*from, kilobytes, kPort);
  w.settle();
  EXPECT_EQ(to->queued(), 180'000u);
}

TEST(Udp, TheRefusalIsAnIcmpPacket) {
  Segment s;
  s.datagram = s.unreachable = true;
  s.from = kPort;
  s.to = {K::kClientIp, 4000};
  std::string p;
  appendPacket(s, 1, 1500, p);
  ASSERT_EQ(p.size(), 56u);
  EXPECT_EQ(p[9], 1);                                                             // ICMP
  EXPECT_EQ(p[20], 3);                                                            // destination unreachable
  EXPECT_EQ(p[21], 3);                                                            // port
  EXPECT_EQ(static_cast<uint8_t>(p[50]) << 8 | static_cast<uint8_t>(p[51]), 53);  // to whom the datagram was
}

}  // namespace
}  // namespace orrery::sim
