#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace orrery::cel {

// Where the character at `at` ends, which is at most the end; behind that, one past it. A byte that is no UTF-8 is one by itself.
size_t endOfCodePoint(std::string_view text, size_t at);
// Where each character of a text begins, and where the text ends.
std::vector<size_t> codePointsOf(std::string_view text);
size_t countCodePoints(std::string_view text);

// Without white space in Unicode's sense on both sides.
std::string_view trimmed(std::string_view text);

}  // namespace orrery::cel
