#pragma once

#include <string_view>

namespace orrery::message {

// What a :path consists of. Views into what was split; `rest` begins with the '?' or '#', `query` has neither.
struct PathParts {
  std::string_view path;
  std::string_view query;
  std::string_view rest;  // all behind the path
};

inline PathParts splitPath(std::string_view whole) {
  const size_t end = whole.find_first_of("?#");
  if (end == std::string_view::npos) return {whole, {}, {}};
  PathParts parts{whole.substr(0, end), {}, whole.substr(end)};
  if (whole[end] == '?') parts.query = parts.rest.substr(1, parts.rest.find('#') - 1);
  return parts;
}

}  // namespace orrery::message
