#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/ledger/ip_address.h"

namespace orrery::sim {

// An address and port of the simulated network in one word. A plain value.
class Endpoint {
 public:
  constexpr Endpoint() = default;
  constexpr Endpoint(IpAddress ip, uint16_t port) : word_(ip.word() << 16 | port) {}

  constexpr auto operator<=>(const Endpoint&) const = default;
  constexpr IpAddress ip() const { return IpAddress::fromWord(word_ >> 16); }
  constexpr uint16_t port() const { return static_cast<uint16_t>(word_); }
  constexpr bool isIpv6() const { return ip().isIpv6(); }
  constexpr Endpoint withPort(uint16_t port) const { return {ip(), port}; }

  // For tables and hashes.
  constexpr uint64_t packed() const { return word_; }
  static constexpr Endpoint unpacked(uint64_t word) {
    return {IpAddress::fromWord(word >> 16), static_cast<uint16_t>(word)};
  }
  // "127.0.0.1:80", "[::1]:80"
  std::string text() const;
  // What text() gives.
  static std::optional<Endpoint> parse(std::string_view text);

 private:
  uint64_t word_ = 0;
};

}  // namespace orrery::sim
