#include "proxy/io/address.h"

#include <algorithm>
#include <charconv>

#include "proxy/base/ascii.h"

namespace orrery::io {

namespace {

bool parseIpv4(std::string_view text, std::array<uint8_t, 16>& out) {
  for (int i = 0; i < 4; ++i) {
    const size_t dot = text.find('.');
    if ((dot == std::string_view::npos) != (i == 3)) return false;
    const std::string_view part = text.substr(0, dot);
    const auto v = parseDecimal(part);
    if (!v || *v > 255 || (part.size() > 1 && part[0] == '0')) return false;
    out[static_cast<size_t>(i)] = static_cast<uint8_t>(*v);
    if (i < 3) text.remove_prefix(dot + 1);
  }
  return true;
}

// RFC 4291 section 2.2, all three forms.
bool parseIpv6(std::string_view text, std::array<uint8_t, 16>& out) {
  uint16_t groups[8] = {};
  int n = 0;
  int gap = -1;
  if (text.starts_with("::")) {
    gap = 0;
    text.remove_prefix(2);
  }
  while (!text.empty()) {
    if (n == 8) return false;
    const size_t colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    if (colon == std::string_view::npos && part.find('.') != std::string_view::npos) {
      std::array<uint8_t, 16> v4{};
      if (n > 6 || !parseIpv4(part, v4)) return false;
      groups[n++] = static_cast<uint16_t>(v4[0] << 8 | v4[1]);
      groups[n++] = static_cast<uint16_t>(v4[2] << 8 | v4[3]);
      break;
    }
    uint16_t v = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), v, 16);
    if (part.empty() || part.size() > 4 || error != std::errc() || end != part.data() + part.size()) return false;
    groups[n++] = v;
    if (colon == std::string_view::npos) break;
    text.remove_prefix(colon + 1);
    if (text.starts_with(':')) {
      if (gap >= 0) return false;
      gap = n;
      text.remove_prefix(1);
    } else if (text.empty()) {
      return false;
    }
  }
  if (gap < 0 ? n != 8 : n > 7) return false;
  if (gap >= 0) {
    const int tail = n - gap;
    for (int i = 0; i < tail; ++i) groups[7 - i] = groups[n - 1 - i];
    for (int i = gap; i < 8 - tail; ++i) groups[i] = 0;
  }
  for (size_t i = 0; i < 8; ++i) {
    out[2 * i] = static_cast<uint8_t>(groups[i] >> 8);
    out[2 * i + 1] = static_cast<uint8_t>(groups[i]);
  }
  return true;
}

std::string dotted(const uint8_t* b) {
  return std::to_string(b[0]) + '.' + std::to_string(b[1]) + '.' + std::to_string(b[2]) + '.' + std::to_string(b[3]);
}

// RFC 5952: the longest run of two or more zero groups is shortened, the first of equals; IPv4 inside is dotted. Equal to
// inet_ntop(), which Envoy prints with.
std::string ipv6Text(const std::array<uint8_t, 16>& b) {
  int bestAt = -1;
  int bestLength = 1;
  uint16_t g[8];
  for (size_t i = 0; i < 8; ++i) g[i] = static_cast<uint16_t>(b[2 * i] << 8 | b[2 * i + 1]);
  for (int i = 0; i < 8; ++i) {
    int j = i;
    while (j < 8 && g[j] == 0) ++j;
    if (j - i > bestLength) {
      bestAt = i;
      bestLength = j - i;
    }
    if (j > i) i = j;
  }
  std::string out;
  for (int i = 0; i < 8;) {
    if (i == bestAt) {
      out += "::";
      i += bestLength;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    if (i == 6 && bestAt == 0 && (bestLength == 6 || (bestLength == 5 && g[5] == 0xffff))) return out + dotted(&b[12]);
    char buffer[5];
    const auto end = std::to_chars(buffer, buffer + 5, g[i], 16).ptr;
    out.append(buffer, end);
    ++i;
  }
  return out;
}

}  // namespace

Address Address::ipv4(uint32_t v, uint16_t port) {
  Address a;
  a.kind_ = Kind::kIpv4;
  a.port_ = port;
  a.bytes_[0] = static_cast<uint8_t>(v >> 24);
  a.bytes_[1] = static_cast<uint8_t>(v >> 16);
  a.bytes_[2] = static_cast<uint8_t>(v >> 8);
  a.bytes_[3] = static_cast<uint8_t>(v);
  return a;
}

Address Address::ipv6(const std::array<uint8_t, 16>& bytes, uint16_t port) {
  Address a;
  a.kind_ = Kind::kIpv6;
  a.port_ = port;
  a.bytes_ = bytes;
  return a;
}

Address Address::unixPath(std::string path) {
  Address a;
  a.kind_ = Kind::kUnixPath;
  a.name_ = std::move(path);
  return a;
}

Address Address::unixAbstract(std::string name) {
  Address a;
  a.kind_ = Kind::kUnixAbstract;
  a.name_ = std::move(name);
  return a;
}

std::optional<Address> Address::parseIp(std::string_view text, uint16_t port) {
  Address a;
  a.port_ = port;
  if (parseIpv4(text, a.bytes_)) {
    a.kind_ = Kind::kIpv4;
    return a;
  }
  a.bytes_ = {};
  if (parseIpv6(text, a.bytes_)) {
    a.kind_ = Kind::kIpv6;
    return a;
  }
  return std::nullopt;
}

std::optional<Address> Address::parseIpPort(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parseDecimal(text.substr(colon + 1));
  if (!port || *port > 65535) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  auto a = parseIp(host, static_cast<uint16_t>(*port));
  if (!a || (a->kind() == Kind::kIpv6) != bracketed) return std::nullopt;
  return a;
}

uint32_t Address::ipv4HostOrder() const {
  return static_cast<uint32_t>(bytes_[0]) << 24 | static_cast<uint32_t>(bytes_[1]) << 16 |
         static_cast<uint32_t>(bytes_[2]) << 8 | bytes_[3];
}

Address Address::withPort(uint16_t port) const {
  Address a = *this;
  a.port_ = port;
  return a;
}

Address Address::network(uint32_t bits) const {
  Address a = withPort(0);
  for (size_t i = 0; i < a.bytes_.size(); ++i) {
    const uint32_t kept = bits >= 8 * (i + 1) ? 8 : bits > 8 * i ? bits - static_cast<uint32_t>(8 * i) : 0;
    a.bytes_[i] &= static_cast<uint8_t>(0xff00u >> kept);
  }
  return a;
}

bool Address::isLoopback() const {
  if (kind_ == Kind::kIpv4) return bytes_[0] == 127;
  if (kind_ != Kind::kIpv6) return false;
  return std::all_of(bytes_.begin(), bytes_.end() - 1, [](uint8_t b) { return b == 0; }) && bytes_[15] == 1;
}

bool Address::isAny() const {
  return isIp() && std::all_of(bytes_.begin(), bytes_.end(), [](uint8_t b) { return b == 0; });
}

std::string Address::ipText() const {
  switch (kind_) {
    case Kind::kIpv4: return dotted(bytes_.data());
    case Kind::kIpv6: return ipv6Text(bytes_);
    case Kind::kUnixPath: return name_;
    case Kind::kUnixAbstract: return "@" + name_;
    case Kind::kNone: break;
  }
  return "-";
}

std::string Address::text() const {
  if (kind_ == Kind::kIpv6) return "[" + ipText() + "]:" + std::to_string(port_);
  if (kind_ == Kind::kIpv4) return ipText() + ":" + std::to_string(port_);
  return ipText();
}

}  // namespace orrery::io
