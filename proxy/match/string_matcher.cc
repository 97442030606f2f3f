#include "proxy/match/string_matcher.h"

#include <algorithm>

#include "proxy/base/ascii.h"

namespace orrery::match {
namespace {

bool startsWithIgnoreCase(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equalsIgnoreCase(text.substr(0, prefix.size()), prefix);
}
bool endsWithIgnoreCase(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && equalsIgnoreCase(text.substr(text.size() - suffix.size()), suffix);
}
bool containsIgnoreCase(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) { return asciiLower(a) == asciiLower(b); };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

}  // namespace

Status compileMatcher(StringMatcher& matcher) {
  if (matcher.kind != StringMatcher::Kind::kRegex) return {};
  auto regex = compileRegex(matcher.value);
  if (!regex) return std::unexpected(regex.error());
  matcher.regex = std::move(*regex);
  return {};
}

bool matches(const StringMatcher& matcher, std::string_view text) {
  const std::string_view value = matcher.value;
  switch (matcher.kind) {
    case StringMatcher::Kind::kExact: return matcher.ignoreCase ? equalsIgnoreCase(text, value) : text == value;
    case StringMatcher::Kind::kPrefix:
      return matcher.ignoreCase ? startsWithIgnoreCase(text, value) : text.starts_with(value);
    case StringMatcher::Kind::kSuffix:
      return matcher.ignoreCase ? endsWithIgnoreCase(text, value) : text.ends_with(value);
    case StringMatcher::Kind::kContains:
      return matcher.ignoreCase ? containsIgnoreCase(text, value) : text.find(value) != std::string_view::npos;
    case StringMatcher::Kind::kRegex: return fullMatch(*matcher.regex, text);
  }
  return false;
}

}  // namespace orrery::match
