#pragma once

#include <optional>
#include <string_view>

namespace orrery {

// Where a tab stands among the blanks that a line begins with, from 1.
struct TabPlace {
  int line = 0;
  int column = 0;
};

// The first such tab in the lines 1 to `last` of a text (0: in all of it). YAML takes none there, and its readers say so in words of their own,
// about what stands behind it.
std::optional<TabPlace> tabInIndentation(std::string_view text, int last);

}  // namespace orrery
