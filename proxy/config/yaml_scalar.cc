#include "proxy/config/yaml_scalar.h"

#include <charconv>
#include <cmath>

#include "proxy/base/ascii.h"

namespace orrery::config {

namespace {

// yaml-cpp's list: each word in lower case, in capitals and capitalized.
std::optional<bool> yamlBool(std::string_view text) {
  constexpr std::string_view yes[] = {"y", "yes", "true", "on"};
  constexpr std::string_view no[] = {"n", "no", "false", "off"};
  const auto matches = [&](std::string_view word) {
    if (text.size() != word.size()) return false;
    bool lower = true, upper = true, capitalized = true;
    for (size_t i = 0; i < word.size(); ++i) {
      const char small = word[i];
      const char large = static_cast<char>(small - 'a' + 'A');
      lower = lower && text[i] == small;
      upper = upper && text[i] == large;
      capitalized = capitalized && text[i] == (i == 0 ? large : small);
    }
    return lower || upper || capitalized;
  };
  for (auto word : yes) {
    if (matches(word)) return true;
  }
  for (auto word : no) {
    if (matches(word)) return false;
  }
  return std::nullopt;
}

// As an input stream without a base reads it: sign, 0x for hexadecimal, a leading 0 for octal.
std::optional<int64_t> yamlInteger(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    base = 8;
  }
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  if (negative) {
    if (value > uint64_t{1} << 63) return std::nullopt;
    return static_cast<int64_t>(0 - value);
  }
  if (value > static_cast<uint64_t>(INT64_MAX)) return std::nullopt;
  return static_cast<int64_t>(value);
}

template <class T>
std::optional<T> parseWhole(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

}  // namespace

YamlScalar classify(const YamlNode& node) {
  YamlScalar out;
  out.text = node.scalar;
  if (node.quoted) return out;
  if (auto value = yamlBool(node.scalar)) {
    out.kind = YamlScalar::Kind::kBool;
    out.boolean = *value;
  } else if (auto integer = yamlInteger(node.scalar)) {
    out.kind = YamlScalar::Kind::kInt;
    out.integer = *integer;
  }
  return out;
}

std::string describe(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull: return "null";
    case YamlNode::Kind::kSequence: return "a list";
    case YamlNode::Kind::kMapping: return "a mapping";
    case YamlNode::Kind::kScalar: break;
  }
  const YamlScalar scalar = classify(node);
  std::string text(scalar.text.substr(0, 60));
  if (text.size() < scalar.text.size()) text += "...";
  switch (scalar.kind) {
    case YamlScalar::Kind::kBool: return "the bool " + text;
    case YamlScalar::Kind::kInt: return "the integer " + text;
    case YamlScalar::Kind::kString: break;
  }
  return "\"" + text + "\"";
}

std::optional<int64_t> toInt64(const YamlScalar& scalar) {
  if (scalar.kind == YamlScalar::Kind::kInt) return scalar.integer;
  if (scalar.kind == YamlScalar::Kind::kBool) return std::nullopt;
  if (auto value = parseWhole<int64_t>(scalar.text)) return value;
  const auto real = parseWhole<double>(scalar.text);
  if (!real || !(std::fabs(*real) < 9007199254740992.0) || std::trunc(*real) != *real) return std::nullopt;
  return static_cast<int64_t>(*real);
}

std::optional<uint64_t> toUint64(const YamlScalar& scalar) {
  if (scalar.kind == YamlScalar::Kind::kString) {
    if (auto value = parseWhole<uint64_t>(scalar.text)) return value;
  }
  const auto value = toInt64(scalar);
  if (!value || *value < 0) return std::nullopt;
  return static_cast<uint64_t>(*value);
}

std::optional<double> toDouble(const YamlScalar& scalar) {
  if (scalar.kind == YamlScalar::Kind::kInt) return static_cast<double>(scalar.integer);
  if (scalar.kind == YamlScalar::Kind::kBool) return std::nullopt;
  if (scalar.text == "NaN") return std::nan("");
  if (scalar.text == "Infinity") return HUGE_VAL;
  if (scalar.text == "-Infinity") return -HUGE_VAL;
  const auto value = parseWhole<double>(scalar.text);
  if (!value || !std::isfinite(*value)) return std::nullopt;
  return value;
}

std::optional<bool> toBool(const YamlScalar& scalar) {
  if (scalar.kind == YamlScalar::Kind::kBool) return scalar.boolean;
  if (scalar.kind == YamlScalar::Kind::kString && scalar.text == "true") return true;
  if (scalar.kind == YamlScalar::Kind::kString && scalar.text == "false") return false;
  return std::nullopt;
}

std::optional<std::string> fromBase64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    uint32_t digit = 0;
    if (c >= 'A' && c <= 'Z') {
      digit = static_cast<uint32_t>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      digit = static_cast<uint32_t>(c - 'a') + 26;
    } else if (c >= '0' && c <= '9') {
      digit = static_cast<uint32_t>(c - '0') + 52;
    } else if (c == '+' || c == '-') {
      digit = 62;
    } else if (c == '/' || c == '_') {
      digit = 63;
    } else {
      return std::nullopt;
    }
    bits = bits << 6 | digit;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xff);
    }
  }
  if (count >= 6) return std::nullopt;
  return out;
}

}  // namespace orrery::config
