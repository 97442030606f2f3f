#pragma once

#include <cstddef>
#include <string_view>

namespace orrery {

// The length of the UTF-8 sequence that begins at `at` (which is inside the text); 0: none does. RFC 3629: no overlong forms, no surrogates,
// nothing past U+10FFFF.
size_t utf8Sequence(std::string_view text, size_t at);

bool isUtf8(std::string_view text);

}  // namespace orrery
