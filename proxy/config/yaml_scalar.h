#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/config/yaml_tree.h"

namespace orrery::config {

// What an unquoted scalar means, as Envoy decides it: a bool, a YAML integer, else a string. There are no YAML floats:
// 1.5 is the string "1.5", which a number field then accepts.
struct YamlScalar {
  enum class Kind : uint8_t { kBool, kInt, kString };
  Kind kind = Kind::kString;
  bool boolean = false;
  int64_t integer = 0;
  std::string_view text;
};

YamlScalar classify(const YamlNode& node);

// For messages: the string "abc", the integer 12, a mapping, ...
std::string describe(const YamlNode& node);

// The number that a field of this type gets, or nothing. "3", 3 and 3.0 are the integer 3; 3.5 is none.
std::optional<int64_t> toInt64(const YamlScalar& scalar);
std::optional<uint64_t> toUint64(const YamlScalar& scalar);
std::optional<double> toDouble(const YamlScalar& scalar);
std::optional<bool> toBool(const YamlScalar& scalar);
std::optional<std::string> fromBase64(std::string_view text);

}  // namespace orrery::config
