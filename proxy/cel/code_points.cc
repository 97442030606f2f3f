#include "proxy/cel/code_points.h"

#include <algorithm>
#include <array>

#include "proxy/base/utf8.h"

namespace orrery::cel {

namespace {

bool isWhiteSpace(std::string_view character) {
  if (character.size() == 1) return character[0] == ' ' || (character[0] >= '\t' && character[0] <= '\r');
  constexpr std::array<std::string_view, 8> kSpaces = {"\u0085", "\u00a0", "\u1680", "\u2028",
                                                       "\u2029", "\u202f", "\u205f", "\u3000"};
  // U+2000 to U+200A
  const bool ofPunctuation = character.size() == 3 && character.starts_with("\xe2\x80") &&
                             static_cast<unsigned char>(character[2]) >= 0x80 &&
                             static_cast<unsigned char>(character[2]) <= 0x8a;
  return ofPunctuation || std::ranges::find(kSpaces, character) != kSpaces.end();
}

}  // namespace

size_t endOfCodePoint(std::string_view text, size_t at) {
  return at < text.size() ? at + std::max<size_t>(1, utf8Sequence(text, at)) : at + 1;
}

std::vector<size_t> codePointsOf(std::string_view text) {
  std::vector<size_t> out = {0};
  while (out.back() < text.size()) out.push_back(endOfCodePoint(text, out.back()));
  return out;
}

size_t countCodePoints(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size(); at = endOfCodePoint(text, at)) ++count;
  return count;
}

std::string_view trimmed(std::string_view text) {
  size_t begin = 0;
  size_t end = 0;
  bool any = false;
  for (size_t at = 0; at < text.size();) {
    const size_t next = endOfCodePoint(text, at);
    if (!isWhiteSpace(text.substr(at, next - at))) {
      if (!any) begin = at;
      any = true;
      end = next;
    }
    at = next;
  }
  return text.substr(begin, end - begin);
}

}  // namespace orrery::cel
