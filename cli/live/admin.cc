#include "cli/live/admin.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace orrery::live {

namespace {

std::string withoutChunks(std::string_view body) {
  std::string out;
  for (;;) {
    const size_t end = body.find("\r\n");
    size_t size = 0;
    if (end == std::string_view::npos || std::from_chars(body.data(), body.data() + end, size, 16).ec != std::errc{} ||
        size == 0 || size > body.size() - end - 2) {
      return out;
    }
    out += body.substr(end + 2, size);
    body.remove_prefix(std::min(body.size(), end + 2 + size + 2));
  }
}

std::string bodyOf(std::string_view answer) {
  const size_t end = answer.find("\r\n\r\n");
  if (end == std::string_view::npos) return "";
  const std::string_view body = answer.substr(end + 4);
  const bool chunked = answer.substr(0, end).find("transfer-encoding: chunked") != std::string_view::npos;
  return chunked ? withoutChunks(body) : std::string(body);
}

// "1.2.3.4:80" as the system has it.
std::optional<sockaddr_in> systemAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  sockaddr_in to{};
  to.sin_family = AF_INET;
  uint16_t port = 0;
  std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
  to.sin_port = htons(port);
  if (::inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr) != 1) return std::nullopt;
  return to;
}

bool connectTo(int fd, const sockaddr_in& to) {
  return ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
}

}  // namespace

bool accepts(const std::string& address) {
  const auto to = systemAddress(address);
  const int fd = to ? ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;
  if (fd < 0) return false;
  const bool connected = connectTo(fd, *to);
  ::close(fd);
  return connected;
}

std::optional<std::string> askAdmin(const std::string& address, const std::string& path) {
  const auto to = systemAddress(address);
  if (!to) return std::nullopt;
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return std::nullopt;
  const timeval second{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof second);
  const std::string request = "GET " + path + " HTTP/1.1\r\nhost: " + address + "\r\nconnection: close\r\n\r\n";
  std::string answer;
  if (connectTo(fd, *to) &&
      ::send(fd, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    char piece[16384];
    for (ssize_t n; (n = ::recv(fd, piece, sizeof piece, 0)) > 0;) answer.append(piece, static_cast<size_t>(n));
  }
  ::close(fd);
  if (!answer.starts_with("HTTP/1.1 200")) return std::nullopt;
  return bodyOf(answer);
}

std::map<std::string, uint64_t, std::less<>> parseStats(const std::string& text) {
  std::map<std::string, uint64_t, std::less<>> out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line(text.data() + at, end - at);
    at = end + 1;
    const size_t colon = line.rfind(": ");
    if (colon == std::string_view::npos) continue;
    const std::string_view value = line.substr(colon + 2);
    uint64_t n = 0;
    const auto r = std::from_chars(value.data(), value.data() + value.size(), n);
    if (r.ec == std::errc{} && r.ptr == value.data() + value.size()) out.emplace(line.substr(0, colon), n);
  }
  return out;
}

}  // namespace orrery::live
