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
  std::string scratch;
  return matchesPresent(matcher, joinedValue(matcher, headers, scratch)) != matcher.invert;
}

bool matchesAll(const std::vector<HeaderMatcher>& matchers, const message::HeaderMap& headers) {
  return std::all_of(matchers.begin(), matchers.end(), [&](const HeaderMatcher& m) { return matches(m, headers); });
}

bool matchesAny(const std::vector<HeaderMatcher>& matchers, const message::HeaderMap& headers) {
  return std::any_of(matchers.begin(), matchers.end(), [&](const HeaderMatcher& m) { return matches(m, headers); });
}

}  // namespace orrery::match
