#include "sim/report/text.h"

#include <algorithm>

namespace orrery::sim {

namespace {
bool startsCodePoint(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }
}  // namespace

std::string grouped(uint64_t n) {
  std::string out = std::to_string(n);
  for (size_t at = out.size(); at > 3;) {
    at -= 3;
    out.insert(at, 1, ',');
  }
  return out;
}

std::string plural(uint64_t n, std::string_view one, std::string_view many) {
  return grouped(n) + ' ' + std::string(n == 1 ? one : many);
}

std::string seconds(int64_t ns, int digits) {
  const bool negative = ns < 0;
  const uint64_t magnitude = negative ? 0 - static_cast<uint64_t>(ns) : static_cast<uint64_t>(ns);
  std::string fraction = std::to_string(magnitude % 1'000'000'000);
  fraction.insert(0, 9 - fraction.size(), '0');
  fraction.resize(static_cast<size_t>(digits));
  return (negative ? "-" : "") + std::to_string(magnitude / 1'000'000'000) + (digits > 0 ? "." : "") + fraction;
}

size_t displayWidth(std::string_view utf8) {
  return static_cast<size_t>(std::count_if(utf8.begin(), utf8.end(), startsCodePoint));
}

std::string fitted(std::string_view utf8, size_t width) {
  if (displayWidth(utf8) <= width) return std::string(utf8);
  if (width == 0) return "";
  size_t columns = 0;
  size_t at = 0;
  while (at < utf8.size()) {
    if (startsCodePoint(utf8[at]) && columns++ == width - 1) break;
    ++at;
  }
  return std::string(utf8.substr(0, at)) + "…";
}

std::string padded(std::string_view utf8, size_t width) {
  std::string out(utf8);
  const size_t columns = displayWidth(utf8);
  if (columns < width) out.append(width - columns, ' ');
  return out;
}

std::string wrapped(std::string_view text, size_t width, size_t indent) {
  std::string out;
  size_t column = indent;
  while (!text.empty()) {
    const size_t begin = text.find_first_not_of(" \n\t");
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find_first_of(" \n\t"));
    text.remove_prefix(word.size());
    const size_t columns = displayWidth(word);
    if (column > indent && column + 1 + columns > width) {
      out += '\n';
      out.append(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += columns;
  }
  return out;
}

}  // namespace orrery::sim
