#include "proxy/config/validate_rules.h"

#include <google/protobuf/duration.pb.h>
#include <re2/re2.h>

#include <algorithm>
#include <set>

namespace orrery::config {

namespace pb = google::protobuf;

namespace {

std::string numberText(double value) {
  std::string text = std::to_string(value);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}
std::string numberText(int64_t value) { return std::to_string(value); }
std::string numberText(uint64_t value) { return std::to_string(value); }

// Go's way to write a duration, which the generated checks carry as text: 1h0m0s, 5m0s, 1.5s, 20ms.
std::string durationText(int64_t ns) {
  if (ns == 0) return "0s";
  const std::string sign = ns < 0 ? "-" : "";
  const uint64_t magnitude = ns < 0 ? 0 - static_cast<uint64_t>(ns) : static_cast<uint64_t>(ns);
  const auto decimal = [](uint64_t whole, uint64_t rest, int digits) {
    std::string text = std::to_string(whole);
    if (rest == 0) return text;
    std::string fraction = std::to_string(rest);
    fraction.insert(0, static_cast<size_t>(digits) - fraction.size(), '0');
    while (fraction.ends_with('0')) fraction.pop_back();
    return text + "." + fraction;
  };
  if (magnitude < 1'000) return sign + std::to_string(magnitude) + "ns";
  if (magnitude < 1'000'000) return sign + decimal(magnitude / 1'000, magnitude % 1'000, 3) + "\u00b5s";
  if (magnitude < 1'000'000'000) return sign + decimal(magnitude / 1'000'000, magnitude % 1'000'000, 6) + "ms";
  const uint64_t seconds = magnitude / 1'000'000'000;
  const std::string tail = decimal(seconds % 60, magnitude % 1'000'000'000, 9) + "s";
  if (seconds < 60) return sign + tail;
  if (seconds < 3600) return sign + std::to_string(seconds / 60) + "m" + tail;
  return sign + std::to_string(seconds / 3600) + "h" + std::to_string(seconds / 60 % 60) + "m" + tail;
}

// What the numeric kinds of rules have in common, after conversion of the bounds to one type.
template <class T>
struct Bounds {
  std::optional<T> lt, lte, gt, gte;
};

template <class T, class Text>
Breach checkBounds(T value, const Bounds<T>& b, Text text) {
  const bool hasUpper = b.lt || b.lte;
  const bool hasLower = b.gt || b.gte;
  const auto aboveLower = [&] { return b.gt ? value > *b.gt : value >= *b.gte; };
  const auto belowUpper = [&] { return b.lt ? value < *b.lt : value <= *b.lte; };
  if (hasUpper && hasLower) {
    const T upper = b.lt ? *b.lt : *b.lte;
    const T lower = b.gt ? *b.gt : *b.gte;
    if (upper > lower) {
      if (aboveLower() && belowUpper()) return {};
      return "value must be inside range " + std::string(b.gt ? "(" : "[") + text(lower) + ", " + text(upper) +
             (b.lt ? ")" : "]");
    }
    if (aboveLower() || belowUpper()) return {};
    return "value must be outside range " + std::string(b.lt ? "[" : "(") + text(upper) + ", " + text(lower) +
           (b.gt ? "]" : ")");
  }
  if (b.lt && !(value < *b.lt)) return "value must be less than " + text(*b.lt);
  if (b.lte && !(value <= *b.lte)) return "value must be less than or equal to " + text(*b.lte);
  if (b.gt && !(value > *b.gt)) return "value must be greater than " + text(*b.gt);
  if (b.gte && !(value >= *b.gte)) return "value must be greater than or equal to " + text(*b.gte);
  return {};
}

template <class T, class Rules>
Breach checkNumber(T value, const Rules& rules) {
  if (rules.ignore_empty() && value == T{}) return {};
  const auto text = [](T v) { return numberText(v); };
  if (rules.has_const_() && value != static_cast<T>(rules.const_())) {
    return "value must equal " + text(static_cast<T>(rules.const_()));
  }
  Bounds<T> bounds;
  if (rules.has_lt()) bounds.lt = static_cast<T>(rules.lt());
  if (rules.has_lte()) bounds.lte = static_cast<T>(rules.lte());
  if (rules.has_gt()) bounds.gt = static_cast<T>(rules.gt());
  if (rules.has_gte()) bounds.gte = static_cast<T>(rules.gte());
  if (auto breach = checkBounds(value, bounds, text)) return breach;
  const auto equals = [&](auto other) { return static_cast<T>(other) == value; };
  const auto list = [&](const auto& values) {
    std::string out = "[";
    for (auto v : values) out += (out.size() > 1 ? " " : "") + text(static_cast<T>(v));
    return out + "]";
  };
  if (rules.in_size() > 0 && std::ranges::none_of(rules.in(), equals))
    return "value must be in list " + list(rules.in());
  if (std::ranges::any_of(rules.not_in(), equals)) return "value must not be in list " + list(rules.not_in());
  return {};
}

template <class Rules>
std::string textList(const Rules& values) {
  std::string out = "[";
  for (const auto& v : values) out += (out.size() > 1 ? " " : "") + v;
  return out + "]";
}

uint64_t codePoints(const std::string& text) {
  return static_cast<uint64_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Whether every byte satisfies `allowed`.
template <class Allowed>
bool allBytes(std::string_view text, Allowed allowed) {
  return std::ranges::all_of(text, [&](char c) { return allowed(static_cast<unsigned char>(c)); });
}

Breach checkWellKnownRegex(const std::string& value, const validate::StringRules& rules) {
  const auto mismatch = [](std::string_view pattern) {
    return "value does not match regex pattern \"" + std::string(pattern) + "\"";
  };
  if (!rules.has_well_known_regex() || rules.well_known_regex() == validate::UNKNOWN) return {};
  if (rules.has_strict() && !rules.strict()) {
    if (allBytes(value, [](unsigned char c) { return c != 0 && c != '\n' && c != '\r'; })) return {};
    return mismatch("^[^\\x00\\n\\r]*$");
  }
  if (rules.well_known_regex() == validate::HTTP_HEADER_VALUE) {
    if (allBytes(value, [](unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7f); })) return {};
    return mismatch("^[^\\x00-\\b\\n-\\x1f\\x7f]*$");
  }
  std::string_view name = value;
  if (name.starts_with(':')) name.remove_prefix(1);
  const auto token = [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_|~`").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (!name.empty() && allBytes(name, token)) return {};
  return mismatch("^:?[0-9a-zA-Z!#$%&'*+-.^_|~`]+$");
}

Breach checkString(const std::string& value, const validate::StringRules& rules) {
  if (rules.ignore_empty() && value.empty()) return {};
  if (rules.has_const_() && value != rules.const_()) return "value must equal " + rules.const_();
  const uint64_t length = codePoints(value);
  const auto n = [](uint64_t v) { return std::to_string(v); };
  if (rules.has_len() && length != rules.len()) return "value length must be " + n(rules.len()) + " characters";
  if (rules.has_min_len() && rules.has_max_len()) {
    if (length < rules.min_len() || length > rules.max_len()) {
      return "value length must be between " + n(rules.min_len()) + " and " + n(rules.max_len()) +
             " characters, inclusive";
    }
  } else if (rules.has_min_len() && length < rules.min_len()) {
    return "value length must be at least " + n(rules.min_len()) + " characters";
  } else if (rules.has_max_len() && length > rules.max_len()) {
    return "value length must be at most " + n(rules.max_len()) + " characters";
  }
  const uint64_t bytes = value.size();
  if (rules.has_len_bytes() && bytes != rules.len_bytes())
    return "value length must be " + n(rules.len_bytes()) + " bytes";
  if (rules.has_min_bytes() && rules.has_max_bytes()) {
    if (bytes < rules.min_bytes() || bytes > rules.max_bytes()) {
      return "value length must be between " + n(rules.min_bytes()) + " and " + n(rules.max_bytes()) +
             " bytes, inclusive";
    }
  } else if (rules.has_min_bytes() && bytes < rules.min_bytes()) {
    return "value length must be at least " + n(rules.min_bytes()) + " bytes";
  } else if (rules.has_max_bytes() && bytes > rules.max_bytes()) {
    return "value length must be at most " + n(rules.max_bytes()) + " bytes";
  }
  if (rules.has_pattern() && !RE2::FullMatch(value, rules.pattern())) {
    return "value does not match regex pattern \"" + rules.pattern() + "\"";
  }
  if (rules.has_prefix() && !value.starts_with(rules.prefix()))
    return "value does not have prefix \"" + rules.prefix() + "\"";
  if (rules.has_suffix() && !value.ends_with(rules.suffix()))
    return "value does not have suffix \"" + rules.suffix() + "\"";
  if (rules.has_contains() && value.find(rules.contains()) == std::string::npos) {
    return "value does not contain substring \"" + rules.contains() + "\"";
  }
  if (rules.in_size() > 0 && std::ranges::find(rules.in(), value) == rules.in().end()) {
    return "value must be in list " + textList(rules.in());
  }
  if (std::ranges::find(rules.not_in(), value) != rules.not_in().end()) {
    return "value must not be in list " + textList(rules.not_in());
  }
  return checkWellKnownRegex(value, rules);
}

Breach checkBytes(const std::string& value, const validate::BytesRules& rules) {
  if (rules.ignore_empty() && value.empty()) return {};
  const auto n = [](uint64_t v) { return std::to_string(v); };
  if (rules.has_len() && value.size() != rules.len()) return "value length must be " + n(rules.len()) + " bytes";
  if (rules.has_min_len() && rules.has_max_len()) {
    if (value.size() < rules.min_len() || value.size() > rules.max_len()) {
      return "value length must be between " + n(rules.min_len()) + " and " + n(rules.max_len()) + " bytes, inclusive";
    }
  } else if (rules.has_min_len() && value.size() < rules.min_len()) {
    return "value length must be at least " + n(rules.min_len()) + " bytes";
  } else if (rules.has_max_len() && value.size() > rules.max_len()) {
    return "value length must be at most " + n(rules.max_len()) + " bytes";
  }
  return {};
}

Breach checkEnum(const EnumValue& value, const validate::EnumRules& rules) {
  const auto name = [&](int number) {
    const auto* known = value.type->FindValueByNumber(number);
    return known == nullptr ? std::to_string(number) : known->name();
  };
  const auto list = [&](const auto& numbers) {
    std::string out = "[";
    for (int number : numbers) out += (out.size() > 1 ? " " : "") + name(number);
    return out + "]";
  };
  if (rules.has_const_() && value.number != rules.const_()) return "value must equal " + name(rules.const_());
  if (rules.defined_only() && value.type->FindValueByNumber(value.number) == nullptr) {
    return "value must be one of the defined enum values";
  }
  if (rules.in_size() > 0 && std::ranges::find(rules.in(), value.number) == rules.in().end()) {
    return "value must be in list " + list(rules.in());
  }
  if (std::ranges::find(rules.not_in(), value.number) != rules.not_in().end()) {
    return "value must not be in list " + list(rules.not_in());
  }
  return {};
}

// Saturates: the rules hold bounds of up to 285 years, and only order matters.
int64_t nanosecondsOf(const pb::Duration& duration) {
  constexpr int64_t limit = INT64_MAX / 1'000'000'000 - 1;
  const int64_t seconds = std::clamp(duration.seconds(), -limit, limit);
  return seconds * 1'000'000'000 + duration.nanos();
}

Breach checkDuration(const pb::Duration& value, const validate::DurationRules& rules) {
  const int64_t ns = nanosecondsOf(value);
  if (rules.has_const_() && ns != nanosecondsOf(rules.const_())) {
    return "value must equal " + durationText(nanosecondsOf(rules.const_()));
  }
  Bounds<int64_t> bounds;
  if (rules.has_lt()) bounds.lt = nanosecondsOf(rules.lt());
  if (rules.has_lte()) bounds.lte = nanosecondsOf(rules.lte());
  if (rules.has_gt()) bounds.gt = nanosecondsOf(rules.gt());
  if (rules.has_gte()) bounds.gte = nanosecondsOf(rules.gte());
  return checkBounds(ns, bounds, durationText);
}

}  // namespace

ScalarValue scalarOf(const pb::Message& owner, const pb::FieldDescriptor& field) {
  const pb::Reflection& r = *owner.GetReflection();
  using Type = pb::FieldDescriptor;
  switch (field.cpp_type()) {
    case Type::CPPTYPE_BOOL: return r.GetBool(owner, &field);
    case Type::CPPTYPE_INT32: return int64_t{r.GetInt32(owner, &field)};
    case Type::CPPTYPE_INT64: return int64_t{r.GetInt64(owner, &field)};
    case Type::CPPTYPE_UINT32: return uint64_t{r.GetUInt32(owner, &field)};
    case Type::CPPTYPE_UINT64: return uint64_t{r.GetUInt64(owner, &field)};
    case Type::CPPTYPE_DOUBLE: return r.GetDouble(owner, &field);
    case Type::CPPTYPE_FLOAT: return static_cast<double>(r.GetFloat(owner, &field));
    case Type::CPPTYPE_ENUM: return EnumValue{r.GetEnumValue(owner, &field), field.enum_type()};
    case Type::CPPTYPE_STRING:
      if (field.type() == Type::TYPE_BYTES) return BytesValue{r.GetString(owner, &field)};
      return r.GetString(owner, &field);
    case Type::CPPTYPE_MESSAGE: break;
  }
  return false;  // Callers ask for scalars only.
}

ScalarValue scalarAt(const pb::Message& owner, const pb::FieldDescriptor& field, int i) {
  const pb::Reflection& r = *owner.GetReflection();
  using Type = pb::FieldDescriptor;
  switch (field.cpp_type()) {
    case Type::CPPTYPE_BOOL: return r.GetRepeatedBool(owner, &field, i);
    case Type::CPPTYPE_INT32: return int64_t{r.GetRepeatedInt32(owner, &field, i)};
    case Type::CPPTYPE_INT64: return int64_t{r.GetRepeatedInt64(owner, &field, i)};
    case Type::CPPTYPE_UINT32: return uint64_t{r.GetRepeatedUInt32(owner, &field, i)};
    case Type::CPPTYPE_UINT64: return uint64_t{r.GetRepeatedUInt64(owner, &field, i)};
    case Type::CPPTYPE_DOUBLE: return r.GetRepeatedDouble(owner, &field, i);
    case Type::CPPTYPE_FLOAT: return static_cast<double>(r.GetRepeatedFloat(owner, &field, i));
    case Type::CPPTYPE_ENUM: return EnumValue{r.GetRepeatedEnumValue(owner, &field, i), field.enum_type()};
    case Type::CPPTYPE_STRING:
      if (field.type() == Type::TYPE_BYTES) return BytesValue{r.GetRepeatedString(owner, &field, i)};
      return r.GetRepeatedString(owner, &field, i);
    case Type::CPPTYPE_MESSAGE: break;
  }
  return false;
}

Breach checkScalar(const ScalarValue& value, const validate::FieldRules& rules) {
  using Rules = validate::FieldRules;
  switch (rules.type_case()) {
    case Rules::kBool:
      if (rules.bool_().has_const_() && std::get<bool>(value) != rules.bool_().const_()) {
        return std::string("value must equal ") + (rules.bool_().const_() ? "true" : "false");
      }
      return {};
    case Rules::kInt32: return checkNumber(std::get<int64_t>(value), rules.int32());
    case Rules::kInt64: return checkNumber(std::get<int64_t>(value), rules.int64());
    case Rules::kUint32: return checkNumber(std::get<uint64_t>(value), rules.uint32());
    case Rules::kUint64: return checkNumber(std::get<uint64_t>(value), rules.uint64());
    case Rules::kDouble: return checkNumber(std::get<double>(value), rules.double_());
    case Rules::kFloat: return checkNumber(std::get<double>(value), rules.float_());
    case Rules::kString: return checkString(std::get<std::string>(value), rules.string());
    case Rules::kBytes: return checkBytes(std::get<BytesValue>(value).bytes, rules.bytes());
    case Rules::kEnum: return checkEnum(std::get<EnumValue>(value), rules.enum_());
    default: return {};  // No other kind stands on a scalar in the closure.
  }
}

Breach checkRepeated(const pb::Message& owner, const pb::FieldDescriptor& field, const validate::RepeatedRules& rules) {
  const auto size = static_cast<uint64_t>(owner.GetReflection()->FieldSize(owner, &field));
  if (rules.ignore_empty() && size == 0) return {};
  const auto n = [](uint64_t v) { return std::to_string(v); };
  if (rules.has_min_items() && rules.has_max_items()) {
    if (rules.min_items() == rules.max_items()) {
      if (size != rules.min_items()) return "value must contain exactly " + n(rules.min_items()) + " item(s)";
    } else if (size < rules.min_items() || size > rules.max_items()) {
      return "value must contain between " + n(rules.min_items()) + " and " + n(rules.max_items()) +
             " items, inclusive";
    }
  } else if (rules.has_min_items() && size < rules.min_items()) {
    return "value must contain at least " + n(rules.min_items()) + " item(s)";
  } else if (rules.has_max_items() && size > rules.max_items()) {
    return "value must contain no more than " + n(rules.max_items()) + " item(s)";
  }
  if (rules.unique() && field.cpp_type() == pb::FieldDescriptor::CPPTYPE_STRING) {
    std::set<std::string> seen;
    for (int i = 0; i < static_cast<int>(size); ++i) {
      if (!seen.insert(owner.GetReflection()->GetRepeatedString(owner, &field, i)).second) {
        return "repeated value must contain unique items";
      }
    }
  }
  return {};
}

Breach checkPairs(int count, const validate::MapRules& rules) {
  const auto size = static_cast<uint64_t>(count);
  if (rules.ignore_empty() && size == 0) return {};
  if (rules.has_min_pairs() && size < rules.min_pairs()) {
    return "value must contain at least " + std::to_string(rules.min_pairs()) + " pair(s)";
  }
  if (rules.has_max_pairs() && size > rules.max_pairs()) {
    return "value must contain no more than " + std::to_string(rules.max_pairs()) + " pair(s)";
  }
  return {};
}

Breach checkAny(const std::string& type_url, const validate::AnyRules& rules) {
  if (rules.in_size() > 0 && std::ranges::find(rules.in(), type_url) == rules.in().end()) {
    return "type URL must be in list " + textList(rules.in());
  }
  if (std::ranges::find(rules.not_in(), type_url) != rules.not_in().end()) {
    return "type URL must not be in list " + textList(rules.not_in());
  }
  return {};
}

Breach checkWellKnown(const pb::Message& message, const validate::FieldRules& rules) {
  if (rules.has_duration()) {
    const auto* duration = dynamic_cast<const pb::Duration*>(&message);
    return duration == nullptr ? Breach() : checkDuration(*duration, rules.duration());
  }
  if (message.GetDescriptor()->file()->name() != "google/protobuf/wrappers.proto") return {};
  return checkScalar(scalarOf(message, *message.GetDescriptor()->FindFieldByName("value")), rules);
}

bool isRequired(const validate::FieldRules& rules) {
  return rules.message().required() || rules.any().required() || rules.duration().required() ||
         rules.timestamp().required();
}

}  // namespace orrery::config
