#pragma once

#include <algorithm>
#include <string>
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

// "/a;x=1/b;y" -> "/a/b": each segment without its parameters.
inline std::string withoutParameters(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const size_t begin = path.find(';');
    out += path.substr(0, begin);
    if (begin == std::string_view::npos) break;
    path.remove_prefix(std::min(path.find('/', begin), path.size()));
  }
  return out;
}

}  // namespace orrery::message
