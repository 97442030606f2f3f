#include "proxy/match/header_matcher.h"

#include <algorithm>
#include <charconv>

namespace orrery::match {
namespace {

bool inRange(std::string_view text, int64_t start, int64_t end) {
  int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && stop == text.data() + text.size() && value >= start && value < end;
}

bool matchesPresent(const HeaderMatcher& matcher, std::string_view value) {
  if (matcher.kind == HeaderMatcher::Kind::kRange) return inRange(value, matcher.rangeStart, matcher.rangeEnd);
  return matches(matcher.string, value);
}

}  // namespace

Status compileMatchers(std::vector<HeaderMatcher>& matchers) {
  for (HeaderMatcher& matcher : matchers) {
    if (matcher.kind != HeaderMatcher::Kind::kString) continue;
    if (Status status = compileMatcher(matcher.string); !status) return status;
  }
  return {};
}

bool matches(const HeaderMatcher& matcher, const message::HeaderMap& headers) {
  const bool there = headers.has(matcher.name);
  if (matcher.kind == HeaderMatcher::Kind::kPresent) {
    const bool present = there || matcher.treatMissingAsEmpty;
    return (present == matcher.presentMatch) != matcher.invert;
  }
  if (!there) return matcher.treatMissingAsEmpty && matchesPresent(matcher, {}) != matcher.invert;
  const bool any = std::any_of(headers.begin(), headers.end(), [&](const message::HeaderEntry& entry) {
    return isNamed(entry, matcher.name) && matchesPresent(matcher, entry.value);
  });
  return any != matcher.invert;
}

bool matchesAll(const std::vector<HeaderMatcher>& matchers, const message::HeaderMap& headers) {
  return std::all_of(matchers.begin(), matchers.end(), [&](const HeaderMatcher& m) { return matches(m, headers); });
}

bool matchesAny(const std::vector<HeaderMatcher>& matchers, const message::HeaderMap& headers) {
  return std::any_of(matchers.begin(), matchers.end(), [&](const HeaderMatcher& m) { return matches(m, headers); });
}

}  // namespace orrery::match
