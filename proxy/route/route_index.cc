#include "proxy/route/route_index.h"

#include <algorithm>

namespace orrery::route {

void RouteIndex::add(const RouteMatch& match, uint32_t route) {
  using Kind = RouteMatch::PathKind;
  const bool plain =
      match.pathKind != Kind::kRegex && match.pathKind != Kind::kTemplate && match.pathKind != Kind::kConnect;
  if (!match.caseSensitive || !plain) {
    always_.push_back(route);
    return;
  }
  if (match.pathKind == Kind::kExact) {
    exact_[match.path].push_back(route);
    return;
  }
  const size_t length = match.path.size();
  auto level = std::find_if(levels_.begin(), levels_.end(), [&](const Level& l) { return l.length == length; });
  if (level == levels_.end()) {
    if (levels_.size() == kMaxLevels) {
      always_.push_back(route);
      return;
    }
    level = levels_.insert(levels_.end(), Level{length, {}});
  }
  level->prefixes[match.path].push_back(route);
}

void RouteIndex::finish() {
  std::sort(levels_.begin(), levels_.end(), [](const Level& a, const Level& b) { return a.length < b.length; });
}

}  // namespace orrery::route
