#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proxy/base/hash.h"
#include "proxy/route/route_match.h"

namespace orrery::route {

// Which routes of a long list may match a path: exact paths and prefixes are looked up by their text, only the rest (regular
// expressions, case-insensitive ones) is always a candidate. Candidates come in the order of the list, because the first
// route that matches counts. Looked up only, never walked, so the order of the tables shows nowhere.
class RouteIndex {
 public:
  // Below this many routes the list itself is faster.
  static constexpr size_t kWorthwhile = 16;

  void add(const RouteMatch& match, uint32_t route);
  void finish();

  // Calls f(route) in ascending order until it returns true; whether it did.
  template <class F>
  bool forEachCandidate(std::string_view path, F&& f) const;

 private:
  using Routes = std::vector<uint32_t>;  // ascending
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view s) const { return hashString(s); }
  };
  using Table = std::unordered_map<std::string, Routes, Hash, std::equal_to<>>;
  // Prefixes of one length.
  struct Level {
    size_t length = 0;
    Table prefixes;
  };
  // More different lengths than this are not indexed: their routes are always candidates.
  static constexpr size_t kMaxLevels = 30;
  struct Cursor {
    const uint32_t* at;
    const uint32_t* end;
  };

  Table exact_;
  std::vector<Level> levels_;  // by length
  Routes always_;
};

template <class F>
bool RouteIndex::forEachCandidate(std::string_view path, F&& f) const {
  Cursor cursors[kMaxLevels + 2];
  size_t count = 0;
  const auto open = [&](const Routes& routes) {
    if (!routes.empty()) cursors[count++] = {routes.data(), routes.data() + routes.size()};
  };
  open(always_);
  if (const auto it = exact_.find(path); it != exact_.end()) open(it->second);
  for (const Level& level : levels_) {
    if (level.length > path.size()) break;
    if (const auto it = level.prefixes.find(path.substr(0, level.length)); it != level.prefixes.end()) open(it->second);
  }
  while (count > 0) {
    size_t first = 0;
    for (size_t i = 1; i < count; ++i) {
      if (*cursors[i].at < *cursors[first].at) first = i;
    }
    if (f(*cursors[first].at)) return true;
    if (++cursors[first].at == cursors[first].end) cursors[first] = cursors[--count];
  }
  return false;
}

}  // namespace orrery::route
