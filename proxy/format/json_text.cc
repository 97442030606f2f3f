#include "proxy/format/json_text.h"

#include <fmt/format.h>

#include <iterator>

namespace orrery::format {

void appendJsonString(std::string_view text, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (byte >= 0x20) {
          out += c;
        } else {
          out += "\\u00";
          out += kHex[byte >> 4];
          out += kHex[byte & 15];
        }
    }
  }
  out += '"';
}

void appendJsonValue(const stream_info::Value& value, std::string& out) {
  using stream_info::Value;
  if (const auto* boolean = std::get_if<bool>(&value.is)) {
    out += *boolean ? "true" : "false";
  } else if (const auto* number = std::get_if<double>(&value.is)) {
    fmt::format_to(std::back_inserter(out), "{}", *number);
  } else if (const auto* text = std::get_if<std::string>(&value.is)) {
    appendJsonString(*text, out);
  } else if (const Value::List* list = value.list()) {
    out += '[';
    for (const Value& item : *list) {
      if (&item != &list->front()) out += ',';
      appendJsonValue(item, out);
    }
    out += ']';
  } else if (const Value::Object* object = value.object()) {
    out += '{';
    for (const Value::Member& member : *object) {
      if (&member != &object->front()) out += ',';
      appendJsonString(member.name, out);
      out += ':';
      appendJsonValue(member.value, out);
    }
    out += '}';
  } else {
    out += "null";
  }
}

}  // namespace orrery::format
