#include "proxy/route/matchers.h"

namespace orrery::route {

std::optional<std::string_view> queryValue(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view parameter = query.substr(0, end);
    const size_t equals = parameter.find('=');
    if (parameter.substr(0, equals) == name) {
      return equals == std::string_view::npos ? std::string_view() : parameter.substr(equals + 1);
    }
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  return std::nullopt;
}

bool matches(const QueryParameterMatcher& matcher, std::string_view query) {
  const auto value = queryValue(query, matcher.name);
  if (matcher.string) return value && match::matches(*matcher.string, *value);
  return value.has_value() == matcher.present;
}

}  // namespace orrery::route
