#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::io {

// Where a socket is: IPv4, IPv6, a path or an abstract name of a unix socket. A value; totally ordered by its content.
class Address {
 public:
  enum class Kind : uint8_t { kNone, kIpv4, kIpv6, kUnixPath, kUnixAbstract };

  Address() = default;
  static Address ipv4(uint32_t hostOrder, uint16_t port);
  static Address ipv6(const std::array<uint8_t, 16>& bytes, uint16_t port);
  static Address unixPath(std::string path);
  static Address unixAbstract(std::string name);

  // A numeric IPv4 or IPv6 address (no brackets, no port, no zone). Strict: no octal, no short forms of IPv4.
  static std::optional<Address> parseIp(std::string_view text, uint16_t port);
  // "1.2.3.4:80", "[::1]:80".
  static std::optional<Address> parseIpPort(std::string_view text);

  Kind kind() const { return kind_; }
  bool isIp() const { return kind_ == Kind::kIpv4 || kind_ == Kind::kIpv6; }
  uint16_t port() const { return port_; }
  uint32_t ipv4HostOrder() const;
  const std::array<uint8_t, 16>& ipv6Bytes() const { return bytes_; }
  const std::string& unixName() const { return name_; }
  Address withPort(uint16_t port) const;
  // Of an IP address the first `bits` bits (at most all), the others 0, without port.
  Address network(uint32_t bits) const;

  bool isLoopback() const;
  // 0.0.0.0 or ::
  bool isAny() const;

  // "1.2.3.4", "::1" (no brackets), or the unix name.
  std::string ipText() const;
  // "1.2.3.4:80", "[::1]:80", "/path", "@name": Envoy's form.
  std::string text() const;

  auto operator<=>(const Address&) const = default;

 private:
  Kind kind_ = Kind::kNone;
  uint16_t port_ = 0;
  std::array<uint8_t, 16> bytes_{};  // IPv4: the first four, network order
  std::string name_;
};

}  // namespace orrery::io
