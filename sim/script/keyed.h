#pragma once

#include <string_view>

// Lists of the schema that are written as a mapping: hosts by name, links by their two hosts, stories by host, headers.
namespace orrery::script {

struct KeyedList {
  std::string_view message;  // name of the element's message
  std::string_view key;      // field that the mapping's key fills
  std::string_view value;    // field that the mapping's value fills; empty: the value is the rest of the message
};

inline constexpr KeyedList kKeyedLists[] = {{"Host", "name", ""},          {"Link", "between", ""},
                                            {"Story", "host", "steps"},    {"HeaderField", "name", "value"},
                                            {"Variable", "name", "value"}, {"Override", "path", "value"}};
// Such a key is part of the path of all below it.
inline constexpr size_t kLongestKey = 512;

inline const KeyedList* keyedList(std::string_view message) {
  for (const KeyedList& k : kKeyedLists) {
    if (k.message == message) return &k;
  }
  return nullptr;
}

}  // namespace orrery::script
