#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string_view>

// What tests of socket scripts (cli/sockets) share.
namespace orrery::tests {

// A connection over IPv4 between `c` at host b and `d` at host a; `l` listens.
inline constexpr std::string_view kIpv4Pair = R"({"host":"a","op":"socket","s":"l"}
{"op":"bind","s":"l","addr":"a:80"}
{"op":"listen","s":"l"}
{"host":"b","op":"socket","s":"c"}
{"op":"connect","s":"c","addr":"a:80"}
{"op":"accept","s":"l","as":"d"}
)";

// Whether this machine lets a test have sockets at addresses of 127.0.0.0/8, as scripts on the real back end do.
inline bool realSocketsPermitted() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_addr.s_addr = htonl(0x7f010203);
  const bool bound = fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&a), sizeof a) == 0;
  if (fd >= 0) ::close(fd);
  return bound;
}

}  // namespace orrery::tests
