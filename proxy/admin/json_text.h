#pragma once

#include <string>
#include <string_view>

namespace orrery::admin {

// Appends `text` as a JSON string with its quotes (RFC 8259 section 7).
void appendJson(std::string& out, std::string_view text);
inline std::string jsonString(std::string_view text) {
  std::string out;
  appendJson(out, text);
  return out;
}

}  // namespace orrery::admin
