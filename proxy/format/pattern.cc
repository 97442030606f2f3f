#include "proxy/format/pattern.h"

#include "proxy/base/ascii.h"

namespace orrery::format {
namespace {

bool isNameChar(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

struct Command {
  std::string_view name;
  std::optional<std::string_view> argument;
  std::optional<size_t> length;
  size_t size = 0;  // with both '%'
};

// ":123" at the front of `s`; how many characters, 0 if it is not there.
size_t lengthSuffix(std::string_view s) {
  if (!s.starts_with(':')) return 0;
  size_t n = 1;
  while (n < s.size() && s[n] >= '0' && s[n] <= '9') ++n;
  return n > 1 ? n : 0;
}

// Envoy's grammar: "%" NAME [ "(" argument ")" ] [ ":" digits ] "%". The argument ends at the first ")" that what follows fits.
std::optional<Command> scan(std::string_view s) {
  Command c;
  size_t at = 1;
  while (at < s.size() && isNameChar(s[at])) ++at;
  c.name = s.substr(1, at - 1);
  if (c.name.empty()) return std::nullopt;
  const auto finish = [&](size_t from) {
    const size_t n = lengthSuffix(s.substr(from));
    if (from + n >= s.size() || s[from + n] != '%') return false;
    if (n > 0) c.length = parseDecimal(s.substr(from + 1, n - 1));
    c.size = from + n + 1;
    return true;
  };
  if (at < s.size() && s[at] == '(') {
    for (size_t close = s.find(')', at); close != std::string_view::npos; close = s.find(')', close + 1)) {
      if (!finish(close + 1)) continue;
      c.argument = s.substr(at + 1, close - at - 1);
      return c;
    }
    return std::nullopt;
  }
  if (!finish(at)) return std::nullopt;
  return c;
}

}  // namespace

Result<Pattern> Pattern::parse(std::string_view text, const Extensions& extensions) {
  Pattern pattern;
  size_t at = 0;
  while (at < text.size()) {
    const size_t mark = text.find('%', at);
    pattern.addLiteral(text.substr(at, mark - at));
    if (mark == std::string_view::npos) break;
    at = mark;
    if (text.substr(at).starts_with("%%")) {
      pattern.addLiteral("%");
      at += 2;
      continue;
    }
    const auto command = scan(text.substr(at));
    if (!command) {
      return makeError("'" + std::string(text.substr(at, 24)) + "' at position " + std::to_string(at) +
                       " of the format is no operator (a percent sign is written %%)");
    }
    auto op = parseOperator(command->name, command->argument, command->length, extensions);
    if (!op) return std::unexpected(op.error());
    pattern.pieces_.push_back({true, {}, std::move(*op)});
    at += command->size;
  }
  return pattern;
}

void Pattern::addLiteral(std::string_view text) {
  if (text.empty()) return;
  if (pieces_.empty() || pieces_.back().isOperator) pieces_.push_back({});
  pieces_.back().literal += text;
}

void Pattern::append(const stream_info::LogRecord& record, std::string& out, std::string_view absent) const {
  for (const Piece& piece : pieces_) {
    if (!piece.isOperator) {
      out += piece.literal;
    } else if (!piece.op.append(record, out)) {
      out += absent;
    }
  }
}

}  // namespace orrery::format
