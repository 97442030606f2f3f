#include "proxy/io_asio/raw_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string>

namespace orrery::io_asio {

namespace {

constexpr size_t kUnixNameAt = offsetof(sockaddr_un, sun_path);

std::optional<RawAddress> unixRaw(const std::string& name, bool abstract) {
  RawAddress raw;
  auto& un = reinterpret_cast<sockaddr_un&>(raw.storage);
  un.sun_family = AF_UNIX;
  // An abstract name starts with a zero byte and is not terminated; a path is terminated.
  if (name.size() + 1 > sizeof(un.sun_path) || (!abstract && name.empty())) return std::nullopt;
  std::memcpy(un.sun_path + (abstract ? 1 : 0), name.data(), name.size());
  raw.size = static_cast<socklen_t>(kUnixNameAt + name.size() + 1);
  return raw;
}

}  // namespace

std::optional<RawAddress> toRaw(const io::Address& address) {
  using Kind = io::Address::Kind;
  RawAddress raw;
  switch (address.kind()) {
    case Kind::kIpv4: {
      auto& in = reinterpret_cast<sockaddr_in&>(raw.storage);
      in.sin_family = AF_INET;
      in.sin_port = htons(address.port());
      in.sin_addr.s_addr = htonl(address.ipv4HostOrder());
      raw.size = sizeof(in);
      return raw;
    }
    case Kind::kIpv6: {
      auto& in6 = reinterpret_cast<sockaddr_in6&>(raw.storage);
      in6.sin6_family = AF_INET6;
      in6.sin6_port = htons(address.port());
      std::memcpy(&in6.sin6_addr, address.ipv6Bytes().data(), 16);
      raw.size = sizeof(in6);
      return raw;
    }
    case Kind::kUnixPath: return unixRaw(address.unixName(), false);
    case Kind::kUnixAbstract: return unixRaw(address.unixName(), true);
    case Kind::kNone: break;
  }
  return std::nullopt;
}

io::Address fromRaw(const RawAddress& raw) {
  switch (raw.storage.ss_family) {
    case AF_INET: {
      const auto& in = reinterpret_cast<const sockaddr_in&>(raw.storage);
      return io::Address::ipv4(ntohl(in.sin_addr.s_addr), ntohs(in.sin_port));
    }
    case AF_INET6: {
      const auto& in6 = reinterpret_cast<const sockaddr_in6&>(raw.storage);
      std::array<uint8_t, 16> bytes;
      std::memcpy(bytes.data(), &in6.sin6_addr, 16);
      return io::Address::ipv6(bytes, ntohs(in6.sin6_port));
    }
    case AF_UNIX: {
      const auto& un = reinterpret_cast<const sockaddr_un&>(raw.storage);
      const size_t length = raw.size > kUnixNameAt ? std::min<size_t>(raw.size - kUnixNameAt, sizeof(un.sun_path)) : 0;
      if (length == 0) return io::Address::unixPath("");
      if (un.sun_path[0] == '\0') return io::Address::unixAbstract(std::string(un.sun_path + 1, length - 1));
      return io::Address::unixPath(std::string(un.sun_path, strnlen(un.sun_path, length)));
    }
    default: return {};
  }
}

int familyOf(const io::Address& address) {
  switch (address.kind()) {
    case io::Address::Kind::kIpv4: return AF_INET;
    case io::Address::Kind::kIpv6: return AF_INET6;
    default: return AF_UNIX;
  }
}

io::Address localAddressOf(int fd) {
  RawAddress raw;
  if (::getsockname(fd, raw.get(), &raw.size) != 0) return {};
  return fromRaw(raw);
}

}  // namespace orrery::io_asio
