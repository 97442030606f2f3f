#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace orrery::replay {

// Any text as the rest of one line, and back. Backslashes and control characters are escaped, all else stays as it is.
std::string escapeLine(std::string_view text);
// nullopt: a control character, or an escape that does not exist.
std::optional<std::string> unescapeLine(std::string_view line);

}  // namespace orrery::replay
