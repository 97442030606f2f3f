#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace orrery::sim {

// What an answer that is not the default means: "/origin/link.2:link_delay:2", 2 -> "a segment on /origin/link.2 takes
// 300 us longer". A text that is no choice is given back.
std::string deviationInWords(std::string_view choice, uint64_t value);

}  // namespace orrery::sim
