#include "proxy/base/escape.h"

#include "proxy/base/ascii.h"

namespace orrery {

namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
// Letters after the backslash, and what they stand for.
constexpr std::string_view kLetters = "nrt\"\\";
constexpr std::string_view kMeanings = "\n\r\t\"\\";

}  // namespace

std::string escape(std::string_view bytes, bool (*plain)(char)) {
  std::string out;
  out.reserve(bytes.size());
  for (const char c : bytes) {
    if (c != '\\' && plain(c)) {
      out += c;
      continue;
    }
    out += '\\';
    if (const size_t named = kMeanings.find(c); named != std::string_view::npos) {
      out += kLetters[named];
    } else {
      const auto u = static_cast<unsigned char>(c);
      out += 'x';
      out += kDigits[u >> 4];
      out += kDigits[u & 15];
    }
  }
  return out;
}

std::optional<std::string> unescape(std::string_view text, bool (*plain)(char)) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      if (!plain(text[i])) return std::nullopt;
      out += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    if (const size_t named = kLetters.find(text[i]); named != std::string_view::npos) {
      out += kMeanings[named];
    } else {
      if (text[i] != 'x' || text.size() - i < 3) return std::nullopt;
      const int high = hexDigit(text[i + 1]);
      const int low = hexDigit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

}  // namespace orrery
