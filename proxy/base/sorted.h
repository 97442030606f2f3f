#pragma once

#include <algorithm>
#include <utility>
#include <vector>

namespace orrery {

// The one way to walk a hash container where anyone can see the order: pointers to its elements, sorted by key.
template <class Map>
auto sorted(const Map& map) {
  std::vector<const typename Map::value_type*> v;
  v.reserve(map.size());
  for (const auto& e : map) v.push_back(&e);
  std::sort(v.begin(), v.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  return v;
}

}  // namespace orrery
