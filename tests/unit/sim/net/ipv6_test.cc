#include <fmt/format.h>

#include "sim/net/inet_socket.h"
#include "sim/net/packet_bytes.h"
#include "sim/net/socket_table.h"
#include "tests/unit/sim/net/kernel_world.h"

namespace orrery::sim {
namespace {

using K = KernelWorld;
using Family = InetSocket::Family;

const IpAddress kClient6 = *IpAddress::parse("fd00::2");
const IpAddress kServer6 = *IpAddress::parse("fd00::3");

// Two hosts more, which have both families.
struct DualWorld : KernelWorld {
  Host& left = net.addHost("left", {0x7f000012, kClient6});
  Host& right = net.addHost("right", {0x7f000013, kServer6});
};

TEST(Ipv6, AConnectionComesFromAnAddressOfItsFamily) {
  DualWorld w;
  auto listener = std::move(*w.right.tcp().listen({kServer6, 80}, {}));
  Socket& c = **w.left.tcp().connect({kServer6, 80}, std::nullopt, {}, w.left.id());
  w.settle();
  Socket* s = listener->accept();
  ASSERT_NE(s, nullptr);
  EXPECT_EQ(c.local().ip(), kClient6);
  EXPECT_EQ(s->peer(), c.local());
  EXPECT_EQ(s->local(), (Endpoint{kServer6, 80}));
  ASSERT_NE(w.ledger.findConnection(c.local(), c.peer()), nullptr);
  EXPECT_EQ(K::write(c, "hello").bytes, 5u);
  w.settle();
  EXPECT_EQ(K::readAll(*s), "hello");
  const std::string table = socketTableText(socketTable(w.net), 10);
  EXPECT_NE(table.find("[fd00::3]:80"), std::string::npos) << table;
  c.close(false);
  s->close(false);
  listener.reset();
}

TEST(Ipv6, AHostWithoutAnAddressOfTheFamilyHasNoRoute) {
  DualWorld w;
  EXPECT_EQ(w.client.tcp().connect({kServer6, 80}, std::nullopt, {}, w.client.id()).error(), SockError::kNetUnreach);
  auto udp = std::move(*w.client.udp().bind({IpAddress::anyIpv6(), 0}, w.client.id()));
  EXPECT_EQ(udp->send("a", 1, {kServer6, 53}), SockError::kNetUnreach);
}

TEST(Ipv6, AListenerOnEveryAddressTakesIpv4UnlessItWasToldNotTo) {
  for (const bool v6Only : {false, true}) {
    DualWorld w;
    ListenParameters p;
    p.accepted.v6Only = v6Only;
    auto listener = std::move(*w.right.tcp().listen({IpAddress::anyIpv6(), 80}, p));
    Socket& six = **w.left.tcp().connect({kServer6, 80}, std::nullopt, {}, w.left.id());
    Socket& four = **w.left.tcp().connect({0x7f000013, 80}, std::nullopt, {}, w.left.id());
    w.settle();
    EXPECT_EQ(six.state(), TcpState::kEstablished);
    EXPECT_EQ(four.state(), v6Only ? TcpState::kClosed : TcpState::kEstablished);
    if (v6Only) {
      EXPECT_EQ(four.takeError(), SockError::kRefused);
    }
    EXPECT_EQ(listener->waiting(), v6Only ? 1u : 2u);
    six.close(true);
    four.close(true);
    listener.reset();
  }
}

// The wildcard of IPv4 goes before that of IPv6 (compute_score() of Linux).
TEST(Ipv6, AListenerOfTheFamilyGoesBeforeOneOfBoth) {
  DualWorld w;
  auto four = std::move(*w.right.tcp().listen({0, 80}, {}));
  auto six = std::move(*w.right.tcp().listen({IpAddress::anyIpv6(), 80}, {}));
  Socket& c = **w.left.tcp().connect({0x7f000013, 80}, std::nullopt, {}, w.left.id());
  w.settle();
  EXPECT_EQ(four->waiting(), 1u);
  EXPECT_EQ(six->waiting(), 0u);
  c.close(true);
  four.reset();
  six.reset();
}

// One row a first socket, one column a second; measured on Linux 6.18 with bind(2) and listen(2), without SO_REUSEADDR.
TEST(Ipv6, WhatMayShareAPortIsLinuxTable) {
  struct Kind {
    const char* name;
    Family family;
    IpAddress ip;
    bool v6Only;
  };
  DualWorld w;
  const std::vector<Kind> kinds = {{"0.0.0.0", Family::kIpv4, 0, false},
                                   {"127.0.0.19", Family::kIpv4, 0x7f000013, false},
                                   {":: dual", Family::kIpv6, IpAddress::anyIpv6(), false},
                                   {":: only", Family::kIpv6, IpAddress::anyIpv6(), true},
                                   {"fd00::3 dual", Family::kIpv6, kServer6, false},
                                   {"fd00::3 only", Family::kIpv6, kServer6, true},
                                   {"mapped 127.0.0.19", Family::kIpv6, 0x7f000013, false},
                                   {"mapped 0.0.0.0", Family::kIpv6, 0, false}};
  const char* const kInUse[] = {"xxx...xx", "xxx...xx", "xxxxxxxx", "..xxxx..",
                                "..xxxx..", "..xxxx..", "xxx...xx", "xxx...xx"};
  for (size_t i = 0; i < kinds.size(); ++i) {
    std::string row;
    for (const Kind& second : kinds) {
      InetSocket sockets[] = {InetSocket(w.right, kinds[i].family), InetSocket(w.right, second.family)};
      const auto open = [](InetSocket& s, const Kind& kind) {
        SocketParameters p = s.parameters();
        p.v6Only = kind.v6Only;
        s.setParameters(p);
        const SockError bound = s.bind({kind.ip, 80});
        return bound == SockError::kNone ? s.listen(1) : bound;
      };
      ASSERT_EQ(open(sockets[0], kinds[i]), SockError::kNone);
      const SockError e = open(sockets[1], second);
      row += e == SockError::kNone ? '.' : e == SockError::kAddrInUse ? 'x' : '?';
    }
    EXPECT_EQ(row, kInUse[i]) << kinds[i].name;
  }
}

TEST(Ipv6, FamiliesThatDoNotFitAreRefusedAsOnLinux) {
  DualWorld w;
  const Endpoint six{kServer6, 80};
  const Endpoint four{0x7f000013, 80};
  InetSocket ipv4(w.left);
  EXPECT_EQ(ipv4.bind({kClient6, 0}), SockError::kAfNoSupport);
  EXPECT_EQ(ipv4.connect(six), SockError::kAfNoSupport);
  InetSocket bound(w.left, Family::kIpv6);
  EXPECT_EQ(bound.bind({kClient6, 0}), SockError::kNone);
  EXPECT_EQ(bound.connect(four), SockError::kNetUnreach);
  InetSocket mapped(w.left, Family::kIpv6);
  EXPECT_EQ(mapped.bind({0x7f000012, 0}), SockError::kNone);
  EXPECT_EQ(mapped.connect(six), SockError::kAfNoSupport);
  InetSocket only(w.left, Family::kIpv6);
  SocketParameters p = only.parameters();
  p.v6Only = true;
  only.setParameters(p);
  EXPECT_EQ(only.bind({0x7f000012, 0}), SockError::kInvalid);
  EXPECT_EQ(only.connect(four), SockError::kNetUnreach);
  EXPECT_EQ(only.bind({*IpAddress::parse("fd00::9"), 0}), SockError::kAddrNotAvail);
}

TEST(Ipv6, PacketsHaveTheHeaderAndTheChecksumsOfRfc8200) {
  BlockPool blocks;
  for (const bool datagram : {false, true}) {
    for (const bool unreachable : {false, true}) {
      if (unreachable && !datagram) continue;
      Segment s;
      s.from = {kClient6, 40000};
      s.to = {kServer6, 80};
      s.flags = kAck | kPsh;
      s.datagram = datagram;
      s.unreachable = unreachable;
      s.block = BlockRef(blocks.take(8));
      std::fill_n(s.block->data(), 5, 'x');
      s.length = unreachable ? 0 : 5;
      std::string p;
      appendPacket(s, 7, 1440, p);
      const auto u8 = [&p](size_t at) { return static_cast<uint8_t>(p[at]); };
      EXPECT_EQ(u8(0), 0x60);
      EXPECT_EQ(u8(4) << 8 | u8(5), static_cast<int>(p.size() - 40));
      EXPECT_EQ(u8(6), unreachable ? 58 : datagram ? 17 : 6);
      EXPECT_EQ(u8(8), 0xfd);
      EXPECT_EQ(u8(39), 3);
      if (unreachable) {
        EXPECT_EQ(u8(40) << 8 | u8(41), 0x0104);
        EXPECT_EQ(u8(48), 0x60);
      }
      // RFC 1071 over addresses, length, protocol and all that follows: all ones.
      uint64_t sum = p.size() - 40 + u8(6);
      for (size_t i = 8; i < p.size(); ++i) sum += i % 2 == 0 ? u8(i) << 8 : u8(i);
      while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
      EXPECT_EQ(sum, 0xffffu) << datagram << unreachable;
    }
  }
}

TEST(Ipv6, ASegmentIsTwentyBytesShorter) {
  DualWorld w;
  EXPECT_EQ(w.net.link(w.left, w.right).mss(false) - w.net.link(w.left, w.right).mss(true), 20u);
}

}  // namespace
}  // namespace orrery::sim
