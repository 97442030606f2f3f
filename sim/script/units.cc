#include "sim/script/units.h"

#include <array>
#include <charconv>

#include "proxy/base/escape.h"

namespace orrery::script {

namespace {

struct Unit {
  std::string_view name;
  int64_t ns;  // or bytes
};
// "m" after "ms": the longer name is tried first by being looked up whole.
constexpr std::array<Unit, 6> kUnits = {{{"h", 3'600'000'000'000},
                                         {"m", 60'000'000'000},
                                         {"s", 1'000'000'000},
                                         {"ms", 1'000'000},
                                         {"us", 1'000},
                                         {"ns", 1}}};
constexpr uint64_t kLargest = uint64_t{1} << 40;  // whole numbers and sizes, however they are written
constexpr int64_t kLongest = 100LL * 365 * 86'400 * 1'000'000'000;

bool isDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<Duration> parseDuration(std::string_view text) {
  size_t i = 0;
  __int128 whole = 0;
  while (i < text.size() && isDigit(text[i])) {
    whole = whole * 10 + (text[i] - '0');
    if (++i > 18) return std::nullopt;
  }
  if (i == 0) return std::nullopt;
  __int128 fraction = 0;
  __int128 scale = 1;
  if (i < text.size() && text[i] == '.') {
    const size_t first = ++i;
    while (i < text.size() && isDigit(text[i])) {
      if (i - first >= 9) return std::nullopt;
      fraction = fraction * 10 + (text[i] - '0');
      scale *= 10;
      ++i;
    }
    if (i == first) return std::nullopt;
  }
  const std::string_view name = text.substr(i);
  for (const Unit& unit : kUnits) {
    if (unit.name != name) continue;
    const __int128 ofFraction = fraction * unit.ns;
    if (ofFraction % scale != 0) return std::nullopt;  // finer than a nanosecond
    const __int128 ns = whole * unit.ns + ofFraction / scale;
    if (ns > kLongest) return std::nullopt;
    return Duration::nanoseconds(static_cast<int64_t>(ns));
  }
  return std::nullopt;
}

std::string printDuration(Duration d) {
  const int64_t ns = d.inNanoseconds();
  if (ns == 0) return "0s";
  // Whole seconds and fractions of them read best as seconds; below that the unit that makes a whole number.
  if (ns % 1'000'000'000 == 0) return std::to_string(ns / 1'000'000'000) + "s";
  if (ns > 1'000'000'000) {
    std::string fraction = std::to_string(ns % 1'000'000'000 + 1'000'000'000).substr(1);
    while (fraction.back() == '0') fraction.pop_back();
    return std::to_string(ns / 1'000'000'000) + "." + fraction + "s";
  }
  if (ns % 1'000'000 == 0) return std::to_string(ns / 1'000'000) + "ms";
  if (ns % 1'000 == 0) return std::to_string(ns / 1'000) + "us";
  return std::to_string(ns) + "ns";
}

std::optional<uint64_t> parseNumber(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty() || value > kLargest) return std::nullopt;
  return value;
}

std::optional<uint64_t> parseSize(std::string_view text) {
  uint64_t unit = 1;
  if (text.ends_with("KiB")) {
    unit = 1u << 10;
    text.remove_suffix(3);
  } else if (text.ends_with("MiB")) {
    unit = 1u << 20;
    text.remove_suffix(3);
  }
  const auto value = parseNumber(text);
  if (!value || *value > kLargest / unit) return std::nullopt;
  return *value * unit;
}

std::string printSize(uint64_t bytes) {
  if (bytes != 0 && bytes % (1u << 20) == 0) return std::to_string(bytes >> 20) + "MiB";
  if (bytes != 0 && bytes % (1u << 10) == 0) return std::to_string(bytes >> 10) + "KiB";
  return std::to_string(bytes);
}

std::optional<uint32_t> parseRatio(std::string_view text) {
  if (!text.ends_with('%')) return std::nullopt;
  text.remove_suffix(1);
  constexpr uint32_t kPercent = 10'000;
  const size_t point = text.find('.');
  const auto whole = parseNumber(text.substr(0, point));
  if (!whole || *whole > 100) return std::nullopt;
  uint64_t value = *whole * kPercent;
  if (point != std::string_view::npos) {
    const std::string_view digits = text.substr(point + 1);
    const auto fraction = parseNumber(digits);
    if (!fraction || digits.size() > 4) return std::nullopt;
    uint64_t scaled = *fraction;
    for (size_t i = digits.size(); i < 4; ++i) scaled *= 10;
    value += scaled;
  }
  if (value > 100 * kPercent) return std::nullopt;
  return static_cast<uint32_t>(value);
}

std::string printRatio(uint32_t perMillion) {
  std::string out = std::to_string(perMillion / 10'000);
  if (const uint32_t rest = perMillion % 10'000; rest != 0) {
    std::string fraction = std::to_string(10'000 + rest).substr(1);
    while (fraction.back() == '0') fraction.pop_back();
    out += '.' + fraction;
  }
  return out + '%';
}

namespace {
constexpr std::array<Unit, 3> kBitRates = {
    {{"Gbit/s", 1'000'000'000 / 8}, {"Mbit/s", 1'000'000 / 8}, {"kbit/s", 1'000 / 8}}};
constexpr uint64_t kFastest = uint64_t{1} << 40;
}  // namespace

std::optional<uint64_t> parseBandwidth(std::string_view text) {
  std::optional<uint64_t> value;
  for (const Unit& unit : kBitRates) {
    if (!text.ends_with(unit.name)) continue;
    value = parseNumber(text.substr(0, text.size() - unit.name.size()));
    if (!value || *value > kFastest / static_cast<uint64_t>(unit.ns)) return std::nullopt;
    value = *value * static_cast<uint64_t>(unit.ns);
  }
  if (!value && text.ends_with("/s")) value = parseSize(text.substr(0, text.size() - 2));
  if (!value || *value == 0 || *value > kFastest) return std::nullopt;
  return value;
}

std::string printBandwidth(uint64_t bytesPerSecond) {
  if (bytesPerSecond % 1024 == 0 && bytesPerSecond != 0) return printSize(bytesPerSecond) + "/s";
  for (const Unit& unit : kBitRates) {
    const auto bytes = static_cast<uint64_t>(unit.ns);
    if (bytesPerSecond != 0 && bytesPerSecond % bytes == 0)
      return std::to_string(bytesPerSecond / bytes) + std::string(unit.name);
  }
  return printSize(bytesPerSecond) + "/s";
}

std::optional<std::string> parseQuoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  return unescape(text.substr(1, text.size() - 2), [](char c) { return c != '"'; });
}

std::string printQuoted(std::string_view bytes) {
  return '"' + escape(bytes, [](char c) { return c >= 0x20 && c < 0x7f && c != '"'; }) + '"';
}

bool isName(std::string_view text) {
  if (text.empty() || text.size() > 40 || text[0] < 'a' || text[0] > 'z') return false;
  for (const char c : text) {
    if (!(c >= 'a' && c <= 'z') && !isDigit(c) && c != '_') return false;
  }
  return !isReserved(text);
}

bool isReserved(std::string_view text) {
  for (const std::string_view word : {"if", "then", "and", "or", "not", "in", "no", "saw", "log", "stats"}) {
    if (text == word) return true;
  }
  return false;
}

}  // namespace orrery::script
