#include "proxy/route/cookies.h"

#include "proxy/base/ascii.h"

namespace orrery::route {

std::optional<std::string_view> cookieValue(const message::HeaderMap& headers, std::string_view name) {
  for (const message::HeaderEntry& entry : headers) {
    if (entry.id != message::HeaderId::kCookie) continue;
    std::string_view rest = entry.value;
    while (!rest.empty()) {
      const size_t end = rest.find(';');
      const std::string_view pair = trim(rest.substr(0, end));
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      const size_t equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
      std::string_view value = pair.substr(equals + 1);
      if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
      return value;
    }
  }
  return std::nullopt;
}

bool matches(const CookieMatcher& matcher, const message::HeaderMap& headers) {
  const auto value = cookieValue(headers, matcher.name);
  return (value && match::matches(matcher.string, *value)) != matcher.invert;
}

}  // namespace orrery::route
