#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proxy/base/ascii.h"

// Percent-encoding (RFC 3986 section 2.1).
namespace orrery {

// The byte that "%XX" at `at` stands for; nothing: there is no escape.
inline std::optional<char> percentEscapeAt(std::string_view text, size_t at) {
  if (at + 2 >= text.size() || text[at] != '%') return std::nullopt;
  const int high = hexDigit(text[at + 1]);
  const int low = hexDigit(text[at + 2]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

// `undo(char)` says which escapes are undone. What is no escape stays as it is.
template <class Undo>
std::string percentDecoded(std::string_view text, Undo&& undo) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::optional<char> byte = percentEscapeAt(text, i);
    const bool undone = byte && undo(*byte);
    out += undone ? *byte : text[i];
    if (undone) i += 2;
  }
  return out;
}

inline std::string percentDecoded(std::string_view text) {
  return percentDecoded(text, [](char) { return true; });
}

}  // namespace orrery
