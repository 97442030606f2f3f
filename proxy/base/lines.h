#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orrery {

// Without their line feeds; the last one may have none.
std::vector<std::string> linesOf(std::string_view text);
// Each with a line feed.
std::string joinLines(const std::vector<std::string>& lines);

}  // namespace orrery
