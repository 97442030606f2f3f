#include "proxy/route/matchers.h"

#include <algorithm>
#include <charconv>

#include <re2/re2.h>

#include "proxy/base/ascii.h"

namespace orrery::route {
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

bool inRange(std::string_view text, int64_t start, int64_t end) {
  int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && stop == text.data() + text.size() && value >= start && value < end;
}

// All values of the field: a view of the only one, or all of them joined in `scratch`.
std::string_view joinedValue(const HeaderMatcher& matcher, const message::HeaderMap& headers, std::string& scratch) {
  std::string_view first;
  size_t count = 0;
  for (const message::HeaderEntry& entry : headers) {
    if (entry.id != matcher.name.id() || entry.name != matcher.name.text()) continue;
    if (++count == 1) {
      first = entry.value;
      continue;
    }
    if (count == 2) scratch = first;
    scratch += ',';
    scratch += entry.value;
  }
  return count > 1 ? std::string_view(scratch) : first;
}

bool matchesPresent(const HeaderMatcher& matcher, std::string_view value) {
  if (matcher.kind == HeaderMatcher::Kind::kRange) return inRange(value, matcher.rangeStart, matcher.rangeEnd);
  return matches(matcher.string, value);
}

}  // namespace

Result<std::shared_ptr<const re2::RE2>> compileRegex(const std::string& expression) {
  RE2::Options options;
  options.set_log_errors(false);
  auto regex = std::make_shared<const RE2>(expression, options);
  if (!regex->ok()) return makeError("regular expression '" + expression + "': " + regex->error());
  return regex;
}

Status compileMatcher(StringMatcher& matcher) {
  if (matcher.kind != StringMatcher::Kind::kRegex) return {};
  auto regex = compileRegex(matcher.value);
  if (!regex) return std::unexpected(regex.error());
  matcher.regex = std::move(*regex);
  return {};
}

Status compileMatchers(std::vector<HeaderMatcher>& matchers) {
  for (HeaderMatcher& matcher : matchers) {
    if (matcher.kind != HeaderMatcher::Kind::kString) continue;
    if (Status status = compileMatcher(matcher.string); !status) return status;
  }
  return {};
}

bool fullMatch(const re2::RE2& regex, std::string_view text) {
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), regex);
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

bool matches(const HeaderMatcher& matcher, const message::HeaderMap& headers) {
  const bool there = headers.has(matcher.name);
  if (matcher.kind == HeaderMatcher::Kind::kPresent) {
    const bool present = there || matcher.treatMissingAsEmpty;
    return (present == matcher.presentMatch) != matcher.invert;
  }
  if (!there) return matcher.treatMissingAsEmpty && matchesPresent(matcher, {}) != matcher.invert;
  std::string scratch;
  return matchesPresent(matcher, joinedValue(matcher, headers, scratch)) != matcher.invert;
}

bool matchesAll(const std::vector<HeaderMatcher>& matchers, const message::HeaderMap& headers) {
  return std::all_of(matchers.begin(), matchers.end(), [&](const HeaderMatcher& m) { return matches(m, headers); });
}

bool matchesAny(const std::vector<HeaderMatcher>& matchers, const message::HeaderMap& headers) {
  return std::any_of(matchers.begin(), matchers.end(), [&](const HeaderMatcher& m) { return matches(m, headers); });
}

bool matches(const QueryParameterMatcher& matcher, std::string_view query) {
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view parameter = query.substr(0, end);
    const size_t equals = parameter.find('=');
    if (parameter.substr(0, equals) == matcher.name) {
      if (!matcher.string) return matcher.present;
      return matches(*matcher.string,
                     equals == std::string_view::npos ? std::string_view() : parameter.substr(equals + 1));
    }
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  return !matcher.string && !matcher.present;
}

}  // namespace orrery::route
