#include "proxy/io/address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cstring>
#include <string>

namespace orrery::io {
namespace {

TEST(Address, PrintsAsEnvoyDoes) {
  EXPECT_EQ(Address::ipv4(0x7f000001, 80).text(), "127.0.0.1:80");
  EXPECT_EQ(Address::parseIp("::1", 443)->text(), "[::1]:443");
  EXPECT_EQ(Address::parseIp("::1", 443)->ipText(), "::1");
  EXPECT_EQ(Address::unixPath("/run/x.sock").text(), "/run/x.sock");
  EXPECT_EQ(Address::unixAbstract("x").text(), "@x");
  EXPECT_EQ(Address().text(), "-");
}

TEST(Address, ParsesAddressAndPort) {
  EXPECT_EQ(Address::parseIpPort("10.0.0.1:8080"), Address::ipv4(0x0a000001, 8080));
  EXPECT_EQ(Address::parseIpPort("[2001:db8::7]:1")->ipText(), "2001:db8::7");
  for (const char* bad : {"10.0.0.1", "10.0.0.1:", "10.0.0.1:65536", "10.0.0.1:-1", "[10.0.0.1]:1", "::1:80", "[::1]",
                          ":80", "localhost:80", "[::1]:80x", "[::1%lo]:80"}) {
    EXPECT_FALSE(Address::parseIpPort(bad).has_value()) << bad;
  }
}

TEST(Address, KnowsLoopbackAndAny) {
  EXPECT_TRUE(Address::parseIp("127.8.9.10", 0)->isLoopback());
  EXPECT_TRUE(Address::parseIp("::1", 0)->isLoopback());
  EXPECT_FALSE(Address::parseIp("::2", 0)->isLoopback());
  EXPECT_FALSE(Address::parseIp("128.0.0.1", 0)->isLoopback());
  EXPECT_TRUE(Address::parseIp("0.0.0.0", 0)->isAny());
  EXPECT_TRUE(Address::parseIp("::", 0)->isAny());
  EXPECT_FALSE(Address::unixPath("").isAny());
}

TEST(Address, EqualityLooksAtKindPortAndContent) {
  const Address a = Address::ipv4(1, 2);
  EXPECT_EQ(a, Address::ipv4(1, 2));
  EXPECT_NE(a, a.withPort(3));
  EXPECT_NE(Address::unixPath("x"), Address::unixAbstract("x"));
  EXPECT_EQ(a.withPort(3).ipv4HostOrder(), 1u);
}

// The C library's inet_pton and inet_ntop are the reference in both directions.

std::optional<Address> reference(const std::string& text) {
  in_addr v4;
  if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return Address::ipv4(ntohl(v4.s_addr), 7);
  std::array<uint8_t, 16> v6;
  if (::inet_pton(AF_INET6, text.c_str(), v6.data()) == 1) return Address::ipv6(v6, 7);
  return std::nullopt;
}

RC_GTEST_PROP(Address, ParsesWhatInetPtonParses, ()) {
  // From a small alphabet, so that much of it is nearly an address.
  const auto text = *rc::gen::container<std::string>(rc::gen::weightedElement<char>(
      {{6, ':'}, {3, '.'}, {3, '0'}, {3, '1'}, {2, '2'}, {1, '5'}, {1, 'f'}, {1, 'A'}, {1, 'g'}, {1, ' '}}));
  RC_ASSERT(Address::parseIp(text, 7) == reference(text));
}

TEST(Address, ParsesTheCornersAsInetPtonDoes) {
  for (const char* text : {"",
                           ":",
                           "::",
                           ":::",
                           "1::",
                           "::1",
                           ":1",
                           "1:",
                           "1:2:3:4:5:6:7:8",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1::2::3",
                           "1:2:3:4:5:6:7::",
                           "::2:3:4:5:6:7:8",
                           "1:2:3::4:5:6:7:8",
                           "::ffff:1.2.3.4",
                           "1:2:3:4:5:6:1.2.3.4",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "::1.2.3",
                           "::1.2.3.4.5",
                           "::1.2.3.4:5",
                           "12345::",
                           "::00001",
                           "::g",
                           "1.2.3.4",
                           "1.2.3",
                           "1.2.3.4.",
                           "01.2.3.4",
                           "256.2.3.4",
                           "1.2.3.4 ",
                           "1..3.4",
                           "0.0.0.0",
                           "1.2.3.4.5",
                           "FFFF::aBcD",
                           "::1%lo"}) {
    EXPECT_EQ(Address::parseIp(text, 7), reference(text)) << text;
  }
}

RC_GTEST_PROP(Address, PrintsIpv6AsInetNtopDoesAndParsesItBack, ()) {
  const auto groups = *rc::gen::container<std::array<uint16_t, 8>>(rc::gen::weightedOneOf<uint16_t>(
      {{4, rc::gen::just<uint16_t>(0)}, {1, rc::gen::just<uint16_t>(0xffff)}, {2, rc::gen::arbitrary<uint16_t>()}}));
  std::array<uint8_t, 16> bytes;
  for (size_t i = 0; i < 8; ++i) {
    bytes[2 * i] = static_cast<uint8_t>(groups[i] >> 8);
    bytes[2 * i + 1] = static_cast<uint8_t>(groups[i]);
  }
  char expected[INET6_ADDRSTRLEN];
  ::inet_ntop(AF_INET6, bytes.data(), expected, sizeof(expected));
  const Address a = Address::ipv6(bytes, 7);
  RC_ASSERT(a.ipText() == std::string(expected));
  RC_ASSERT(Address::parseIp(a.ipText(), 7) == a);
  RC_ASSERT(Address::parseIpPort(a.text()) == a);
}

}  // namespace
}  // namespace orrery::io
