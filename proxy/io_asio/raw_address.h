#pragma once

#include <sys/socket.h>

#include <optional>

#include "proxy/io/address.h"

namespace orrery::io_asio {

// A socket address as system calls take and give it.
struct RawAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

// nullopt: no address at all, or a unix name that is too long.
std::optional<RawAddress> toRaw(const io::Address& address);
// An unnamed unix peer becomes a unix path without a name; an unknown family becomes Address().
io::Address fromRaw(const RawAddress& raw);
// AF_INET, AF_INET6 or AF_UNIX.
int familyOf(const io::Address& address);
// getsockname; Address() if it fails.
io::Address localAddressOf(int fd);

}  // namespace orrery::io_asio
