#pragma once

#include <string>
#include <string_view>

namespace orrery::format {

// Appends `text` as a JSON string with its quotes. Bytes above 0x7f are taken as UTF-8 as they are.
void appendJsonString(std::string_view text, std::string& out);

}  // namespace orrery::format
