#include "replay/format/escape.h"

#include "proxy/base/escape.h"

namespace orrery::replay {

namespace {

bool staysOnTheLine(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u >= 0x20 && u != 0x7f;
}

}  // namespace

std::string escapeLine(std::string_view text) { return escape(text, staysOnTheLine); }

std::optional<std::string> unescapeLine(std::string_view line) { return unescape(line, staysOnTheLine); }

}  // namespace orrery::replay
