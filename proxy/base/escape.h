#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace orrery {

// Bytes as printable text and back: \n \r \t \" \\ and \xHH (lower case). `plain` says which characters stand for
// themselves; the backslash never does.
std::string escape(std::string_view bytes, bool (*plain)(char));
// nullopt: a character that is not plain stands unescaped, or an unknown or unfinished escape. Hex digits of either case.
std::optional<std::string> unescape(std::string_view text, bool (*plain)(char));

}  // namespace orrery
