#include "proxy/route/matchers.h"

namespace orrery::route {

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
