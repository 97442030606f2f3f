#include "sim/ledger/endpoint.h"

#include <gtest/gtest.h>

#include "proxy/io/address.h"

namespace orrery::sim {
namespace {

TEST(Endpoint, IsOneWord) {
  EXPECT_EQ(sizeof(Endpoint), 8u);
  const Endpoint e{0x7f000001, 80};
  EXPECT_EQ(e.packed(), 0x7f0000010050u);
  EXPECT_EQ(Endpoint::unpacked(e.packed()), e);
  EXPECT_EQ(e.ip().ipv4(), 0x7f000001u);
  const Endpoint v6{IpAddress::loopbackIpv6(), 80};
  EXPECT_EQ(Endpoint::unpacked(v6.packed()), v6);
  EXPECT_NE(v6, (Endpoint{1, 80}));
}

// As proxy/io prints them, so that the proxy's own texts are found in the ledger.
TEST(Endpoint, TextsAreThoseOfTheSeam) {
  for (const char* ip :
       {"0.0.0.0", "127.0.0.1", "255.255.255.255", "::", "::1", "::ffff", "::0.1.0.2", "fd00::", "fd00::1", "fd00::1:2",
        "fd00::1:0", "fe80::a", "2001:db8::", "2001:db8::1", "2001:db8::ffff:1"}) {
    const auto seam = io::Address::parseIp(ip, 8080);
    ASSERT_TRUE(seam.has_value()) << ip;
    const auto parsed = IpAddress::parse(ip);
    ASSERT_TRUE(parsed.has_value()) << ip;
    if (seam->kind() == io::Address::Kind::kIpv6) {
      EXPECT_EQ(IpAddress::fromIpv6(seam->ipv6Bytes()), parsed) << ip;
      EXPECT_EQ(parsed->ipv6Bytes(), seam->ipv6Bytes()) << ip;
    }
    EXPECT_EQ(parsed->text(), ip);
    EXPECT_EQ(Endpoint(*parsed, 8080).text(), seam->text());
    EXPECT_EQ(Endpoint::parse(seam->text()), Endpoint(*parsed, 8080)) << ip;
  }
}

TEST(Endpoint, AMappedAddressIsThatOfIpv4) {
  const auto mapped = io::Address::parseIp("::ffff:127.0.0.1", 1);
  EXPECT_EQ(IpAddress::fromIpv6(mapped->ipv6Bytes()), IpAddress(0x7f000001));
  EXPECT_EQ(IpAddress(0x7f000001).ipv6Bytes(), mapped->ipv6Bytes());
  EXPECT_EQ(Endpoint::parse("[::ffff:127.0.0.1]:1"), (Endpoint{0x7f000001, 1}));
}

TEST(Endpoint, OtherAddressesHaveNoNumber) {
  for (const char* ip : {"ff02::1", "2001::1", "2001:db8:1::1", "2001:db8::1:2:3", "fd00:1::1", "1:2:3:4:5:6:7:8"}) {
    EXPECT_EQ(IpAddress::fromIpv6(io::Address::parseIp(ip, 0)->ipv6Bytes()), std::nullopt) << ip;
    EXPECT_EQ(IpAddress::parse(ip), std::nullopt) << ip;
  }
  for (const char* text : {"", "1.2.3", "1.2.3.256:1", "::1", "::1:80", "[::1]", "[::1]:", "[::1]:65536", "[fd00::1",
                           "a::b::c", "[::g]:1", "127.0.0.1", "127.0.0.1:x", "/a/path"}) {
    EXPECT_EQ(Endpoint::parse(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace orrery::sim
