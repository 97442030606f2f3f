#include "sim/script/config_scalar.h"

#include <algorithm>

namespace orrery::script {

namespace {

bool isWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_./+-").find(c) != std::string_view::npos;
}

// Numbers, truth values, durations, most names: all that a reader of YAML may take for something else than a text.
bool isWord(std::string_view text) {
  return !text.empty() && text != "null" && text != "-" && text != "---" && text != "..." &&
         std::all_of(text.begin(), text.end(), isWordCharacter);
}

// YAML's double quotes; bytes of UTF-8 stay as they are.
std::string inQuotes(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

std::string configScalar(std::string_view text, bool quoted) {
  return !quoted && isWord(text) ? std::string(text) : inQuotes(text);
}

}  // namespace orrery::script
