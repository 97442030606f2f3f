#include "sim/script/config_scalar.h"

#include <algorithm>

#include "proxy/base/escape.h"

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

// What stands for itself in YAML's double quotes, which know the same escapes; bytes of UTF-8 do.
bool isPlain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != 0x7f && c != '"';
}

}  // namespace

std::string configScalar(std::string_view text, bool quoted) {
  return !quoted && isWord(text) ? std::string(text) : '"' + escape(text, isPlain) + '"';
}

}  // namespace orrery::script
