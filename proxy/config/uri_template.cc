#include "proxy/config/uri_template.h"

#include <algorithm>

namespace orrery::config {

namespace {

// What stands in a segment of a path: RFC 3986's characters of one.
#define LITERAL "a-zA-Z0-9-._~%!$&'()*+,;:@="
constexpr std::string_view kUriMarks = "-._~%!$&'()*+,;:@=";
constexpr size_t kMostVariables = 5;
constexpr size_t kLongestName = 16;

std::string inQuotes(std::string_view text) { return '"' + std::string(text) + '"'; }
bool isUriLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isUriDigit(char c) { return c >= '0' && c <= '9'; }

bool isUriLiteral(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return isUriLetter(c) || isUriDigit(c) || kUriMarks.contains(c); });
}

// Envoy (measured at 1.40) leaves an asterisk among a literal's characters what it is in an expression.
std::string regexOfUri(std::string_view literal) {
  std::string out;
  for (const char c : literal) {
    if (std::string_view("$()+.").contains(c)) out += '\\';
    out += c;
  }
  return out;
}

class UriParser {
 public:
  explicit UriParser(std::string_view text) : rest_(text) {}

  Result<UriTemplate> run() {
    const auto printable = [](char c) { return c > ' ' && c < 0x7f; };
    if (!rest_.starts_with('/') || !std::ranges::all_of(rest_, printable)) {
      return makeError("Invalid pattern: " + inQuotes(rest_));
    }
    rest_.remove_prefix(1);
    out_.regex = "/";
    while (!rest_.empty()) {
      if (Status s = segment(); !s) return std::unexpected(s.error());
      if (rest_.empty()) break;
      rest_.remove_prefix(1);
      out_.regex += '/';
      if (rest_.empty()) return std::move(out_);  // a slash at the end
    }
    return std::move(out_);
  }

 private:
  // One segment: a literal, or a glob or a variable with literals around it.
  Status segment() {
    const size_t brace = rest_.substr(0, rest_.find('/')).find('{');
    if (rest_.starts_with('*')) {
      if (Status s = glob(rest_, out_.regex); !s) return s;
    } else if (brace != std::string_view::npos) {
      if (brace > 0) {
        if (Status s = literal(rest_.substr(0, brace), "literal"); !s) return s;
        rest_.remove_prefix(brace);
      }
      const size_t close = rest_.find('}');
      if (close == std::string_view::npos) {
        return makeError("Unmatched variable bracket in mixed pattern: " + inQuotes(rest_));
      }
      const std::string_view inside = rest_.substr(1, close - 1);
      const std::string_view after = rest_.substr(close + 1, rest_.find('/', close) - close - 1);
      if (!after.empty() && !isUriLiteral(after)) return makeError("Invalid suffix literal: " + inQuotes(after));
      rest_.remove_prefix(close + 1);
      if (Status s = variable(inside); !s) return s;
    } else {
      const std::string_view text = rest_.substr(0, rest_.find('/'));
      rest_.remove_prefix(text.size());
      return literal(text, "literal");
    }
    const std::string_view suffix = rest_.substr(0, rest_.find('/'));
    rest_.remove_prefix(suffix.size());
    return suffix.empty() ? Status() : literal(suffix, "suffix literal");
  }

  Status literal(std::string_view text, std::string_view what) {
    if (!isUriLiteral(text)) return makeError("Invalid " + std::string(what) + ": " + inQuotes(text));
    out_.regex += regexOfUri(text);
    return {};
  }

  // "*": one segment, not empty; "**": any number of them, and no glob behind it.
  Status glob(std::string_view& at, std::string& regex) {
    if (textGlob_) return makeError("Glob after text glob.");
    textGlob_ = at.starts_with("**");
    at.remove_prefix(textGlob_ ? 2 : 1);
    regex += textGlob_ ? "[" LITERAL "/]*" : "[" LITERAL "]+";
    return {};
  }

  Status variable(std::string_view inside) {
    const size_t equals = inside.find('=');
    const std::string name(inside.substr(0, equals));
    if (name.size() > kLongestName) {
      return makeError("Invalid variable name length (length of " + inQuotes(name) +
                       " should be at least 1 and no more than 16)");
    }
    if (name.empty() || !isUriLetter(name[0]) ||
        !std::ranges::all_of(name, [](char c) { return isUriLetter(c) || isUriDigit(c) || c == '_'; })) {
      return makeError("Invalid variable name: " + inQuotes(name));
    }
    if (std::ranges::count(out_.variables, name) > 0) return makeError("Repeated variable name: " + inQuotes(name));
    if (out_.variables.size() == kMostVariables) return makeError("Exceeded variable count limit (5)");
    out_.variables.push_back(name);
    out_.regex += '(';
    if (equals == std::string_view::npos) {
      if (textGlob_) return makeError("Implicit variable path glob after text glob.");
      out_.regex += "[" LITERAL "]+";
    } else if (Status s = variableMatch(inside.substr(equals + 1)); !s) {
      return s;
    }
    out_.regex += ')';
    return {};
  }

  Status variableMatch(std::string_view at) {
    if (at.empty()) return makeError("Empty variable match");
    while (true) {
      if (at.starts_with('*')) {
        if (Status s = glob(at, out_.regex); !s) return s;
      } else {
        const std::string_view text = at.substr(0, at.find('/'));
        at.remove_prefix(text.size());
        if (Status s = literal(text, "literal"); !s) return s;
      }
      if (at.empty()) return {};
      if (at[0] != '/' || at.size() == 1) return makeError("Invalid variable match: " + inQuotes(at));
      at.remove_prefix(1);
      out_.regex += '/';
    }
  }

  std::string_view rest_;
  UriTemplate out_;
  bool textGlob_ = false;
};

#undef LITERAL

}  // namespace

Result<UriTemplate> parseUriTemplate(std::string_view text) { return UriParser(text).run(); }

Result<std::string> parseUriRewrite(std::string_view text, const UriTemplate& matched) {
  std::string out;
  if (!text.starts_with('/') || text.contains("//")) return out;
  while (!text.empty()) {
    if (text[0] == '{') {
      const size_t close = text.find('}');
      if (close == std::string_view::npos || close == 1) return std::string();
      const auto found = std::ranges::find(matched.variables, text.substr(1, close - 1));
      if (found == matched.variables.end()) return makeError("mismatch between variables");
      out += '\\' + std::to_string(found - matched.variables.begin() + 1);
      text.remove_prefix(close + 1);
      continue;
    }
    if (text[0] != '/' && !isUriLiteral(text.substr(0, 1))) return std::string();
    out += text[0];
    text.remove_prefix(1);
  }
  return out;
}

}  // namespace orrery::config
