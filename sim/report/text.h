#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/base/time.h"

namespace orrery::sim {

// Small pieces of text for reports. Widths count code points: what reports draw is one column each.

// "1,234,567"
std::string grouped(uint64_t n);
// "1 run", "1,234 runs"
std::string plural(uint64_t n, std::string_view one, std::string_view many);
// "60.005000000": seconds with `digits` decimals (at most 9), rounded down.
std::string seconds(int64_t ns, int digits);
size_t displayWidth(std::string_view utf8);
// At most `width` columns; what is cut off shows as one "…".
std::string fitted(std::string_view utf8, size_t width);
// At least `width` columns, filled with spaces on the right.
std::string padded(std::string_view utf8, size_t width);
// Breaks at spaces; lines but the first begin with `indent` spaces.
std::string wrapped(std::string_view text, size_t width, size_t indent);

}  // namespace orrery::sim
