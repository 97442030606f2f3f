#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::sim {

// An address of the simulated network: any IPv4 address, or an IPv6 address of one of the networks below. A plain value of
// 48 bits, so that an address, a port and nothing else fill one word of tables, hashes and segments.
//
// Of an IPv6 address the last two groups are free and the first is; those between are zero: "::1", "fd00::1:2", "2001::5". As
// nobody is in 2001::/96 (Teredo), that number stands for 2001:db8::/96, the network of examples (RFC 3849). Multicast has no
// number, nor has what maps IPv4 (RFC 4291 section 2.5.5.2): that is the IPv4 address.
class IpAddress {
 public:
  constexpr IpAddress() = default;
  // In host order: the address of a host of IPv4 networks can be written as one number.
  constexpr IpAddress(uint32_t ipv4) : word_(ipv4) {}

  // In network order. Nothing: not one of the simulated network's. ::ffff:a.b.c.d is a.b.c.d.
  static std::optional<IpAddress> fromIpv6(const std::array<uint8_t, 16>& bytes);
  // What text() gives, and mapped addresses; nothing else.
  static std::optional<IpAddress> parse(std::string_view text);
  static constexpr IpAddress fromWord(uint64_t word) { return IpAddress(Word{word}); }
  static constexpr IpAddress anyIpv6() { return fromWord(uint64_t{kNoPrefix} << 32); }
  static constexpr IpAddress loopbackIpv6() { return fromWord(uint64_t{kNoPrefix} << 32 | 1); }

  constexpr auto operator<=>(const IpAddress&) const = default;
  constexpr bool isIpv6() const { return word_ >> 32 != 0; }
  constexpr bool sameFamily(IpAddress other) const { return isIpv6() == other.isIpv6(); }
  // 0.0.0.0 or ::
  constexpr bool isAny() const { return word_ == 0 || *this == anyIpv6(); }

  // In host order; of an IPv4 address.
  constexpr uint32_t ipv4() const { return static_cast<uint32_t>(word_); }
  // In network order; ::ffff:a.b.c.d of an IPv4 address.
  std::array<uint8_t, 16> ipv6Bytes() const;
  // 48 bits.
  constexpr uint64_t word() const { return word_; }
  // "127.0.0.1", "fd00::1": as inet_ntop(3).
  std::string text() const;

 private:
  struct Word {
    uint64_t value;
  };
  static constexpr uint16_t kNoPrefix = 0xffff;  // ::/96; IPv4 has 0
  constexpr explicit IpAddress(Word word) : word_(word.value) {}

  uint64_t word_ = 0;  // the network's number << 32 | the last two groups, or the IPv4 address
};

}  // namespace orrery::sim
