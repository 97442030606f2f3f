#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace orrery::sim {

// An IPv4 address and port of the simulated network, in host order. A plain value.
struct Endpoint {
  uint32_t ip = 0;
  uint16_t port = 0;

  constexpr auto operator<=>(const Endpoint&) const = default;
  // One word, for tables and hashes.
  constexpr uint64_t packed() const { return static_cast<uint64_t>(ip) << 16 | port; }
  static constexpr Endpoint unpacked(uint64_t word) {
    return {static_cast<uint32_t>(word >> 16), static_cast<uint16_t>(word & 0xffff)};
  }
  // "127.0.0.1:80"
  std::string text() const;
};

}  // namespace orrery::sim
