#include "sim/ledger/ip_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace orrery::sim {

namespace {

constexpr uint16_t kExamples = 0x2001;
constexpr uint16_t kExamplesSecond = 0x0db8;

// `digits` digits at most, all of the text; nothing if it is none.
std::optional<uint32_t> number(std::string_view text, int base, uint32_t most) {
  uint32_t value = 0;
  const auto r = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || r.ec != std::errc{} || r.ptr != text.data() + text.size() || value > most) return std::nullopt;
  return value;
}

// Cuts what is before the separator off; all of it where there is none.
std::string_view next(std::string_view& rest, char separator) {
  const size_t at = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return part;
}

std::optional<uint32_t> parseDotted(std::string_view text) {
  if (std::count(text.begin(), text.end(), '.') != 3) return std::nullopt;
  uint32_t ip = 0;
  for (int i = 0; i < 4; ++i) {
    const auto part = number(next(text, '.'), 10, 255);
    if (!part) return std::nullopt;
    ip = ip << 8 | *part;
  }
  return ip;
}

// The last groups of an address: "", "1", "1:2", "127.0.0.1".
std::optional<uint32_t> parseTail(std::string_view text) {
  if (text.empty()) return 0;
  if (text.contains('.')) return parseDotted(text);
  const auto first = number(next(text, ':'), 16, 0xffff);
  if (!first || text.empty()) return first;
  const auto second = number(text, 16, 0xffff);
  if (!second) return std::nullopt;
  return *first << 16 | *second;
}

}  // namespace

std::optional<IpAddress> IpAddress::fromIpv6(const std::array<uint8_t, 16>& b) {
  const auto group = [&b](size_t i) { return static_cast<uint16_t>(b[2 * i] << 8 | b[2 * i + 1]); };
  const uint32_t low = uint32_t{group(6)} << 16 | group(7);
  const auto zero = [&group](size_t first, size_t last) {
    while (first <= last && group(first) == 0) ++first;
    return first > last;
  };
  if (zero(0, 4) && group(5) == 0xffff) return IpAddress(low);
  if (!zero(2, 5) || group(0) >= 0xff00) return std::nullopt;
  const bool examples = group(0) == kExamples && group(1) == kExamplesSecond;
  if (!examples && (group(1) != 0 || group(0) == kExamples)) return std::nullopt;
  const uint16_t prefix = group(0) == 0 ? kNoPrefix : group(0);
  return fromWord(uint64_t{prefix} << 32 | low);
}

std::array<uint8_t, 16> IpAddress::ipv6Bytes() const {
  std::array<uint8_t, 16> b{};
  const auto group = [&b](size_t i, uint64_t value) {
    b[2 * i] = static_cast<uint8_t>(value >> 8);
    b[2 * i + 1] = static_cast<uint8_t>(value);
  };
  const uint64_t prefix = word_ >> 32;
  if (prefix == 0) group(5, 0xffff);
  if (prefix != 0 && prefix != kNoPrefix) group(0, prefix);
  if (prefix == kExamples) group(1, kExamplesSecond);
  group(6, word_ >> 16);
  group(7, word_);
  return b;
}

std::string IpAddress::text() const {
  const uint64_t prefix = word_ >> 32;
  const uint64_t high = word_ >> 16 & 0xffff;
  const uint64_t low = word_ & 0xffff;
  const auto dotted = [&] { return fmt::format("{}.{}.{}.{}", high >> 8, high & 255, low >> 8, low & 255); };
  if (prefix == 0) return dotted();
  std::string out;
  if (prefix != kNoPrefix) out = fmt::format("{:x}", prefix);
  if (prefix == kExamples) out += fmt::format(":{:x}", kExamplesSecond);
  out += "::";
  if (prefix == kNoPrefix && high != 0) return out + dotted();
  if (high != 0) return out + fmt::format("{:x}:{:x}", high, low);
  return low == 0 ? out : out + fmt::format("{:x}", low);
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    const auto ip = parseDotted(text);
    return ip ? std::optional(IpAddress(*ip)) : std::nullopt;
  }
  std::string_view head = text.substr(0, gap);
  std::string_view tail = text.substr(gap + 2);
  if (head.empty() && tail.starts_with("ffff:") && tail.contains('.')) return parse(tail.substr(5));
  const auto low = parseTail(tail);
  if (!low) return std::nullopt;
  if (head.empty()) return fromWord(uint64_t{kNoPrefix} << 32 | *low);
  const auto first = number(next(head, ':'), 16, 0xfeff);
  const bool examples = first == kExamples;
  if (!first || *first == 0 || (examples ? number(head, 16, 0xffff) != kExamplesSecond : !head.empty())) {
    return std::nullopt;
  }
  return fromWord(uint64_t{*first} << 32 | *low);
}

}  // namespace orrery::sim
