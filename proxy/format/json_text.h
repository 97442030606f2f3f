#pragma once

#include <string>
#include <string_view>

#include "proxy/stream_info/value.h"

namespace orrery::format {

// Appends `text` as a JSON string with its quotes. Bytes above 0x7f are taken as UTF-8 as they are.
void appendJsonString(std::string_view text, std::string& out);

// Appends a whole value; members stand in the order of their names.
void appendJsonValue(const stream_info::Value& value, std::string& out);

}  // namespace orrery::format
