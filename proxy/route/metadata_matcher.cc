#include "proxy/route/metadata_matcher.h"

#include <algorithm>
#include <variant>

namespace orrery::route {

using stream_info::Value;

Status compileMatcher(ValueMatcher& matcher) {
  for (ValueMatcher& other : matcher.others) {
    if (Status s = compileMatcher(other); !s) return s;
  }
  return matcher.kind == ValueMatcher::Kind::kString ? match::compileMatcher(matcher.string) : Status();
}

bool matches(const ValueMatcher& matcher, const Value* value) {
  using Kind = ValueMatcher::Kind;
  if (value == nullptr) return false;
  switch (matcher.kind) {
    case Kind::kNull: return std::holds_alternative<std::nullptr_t>(value->is);
    case Kind::kNumber: {
      const double* const number = std::get_if<double>(&value->is);
      return number != nullptr && *number == matcher.number;
    }
    case Kind::kRange: {
      const double* const number = std::get_if<double>(&value->is);
      return number != nullptr && matcher.number <= *number && *number < matcher.end;
    }
    case Kind::kString: {
      const std::string* const text = std::get_if<std::string>(&value->is);
      return text != nullptr && match::matches(matcher.string, *text);
    }
    case Kind::kBool: {
      const bool* const truth = std::get_if<bool>(&value->is);
      return truth != nullptr && *truth == matcher.wanted;
    }
    case Kind::kPresent: return matcher.wanted;
    case Kind::kOneOf: {
      const Value::List* const list = value->list();
      return list != nullptr && !matcher.others.empty() &&
             std::ranges::any_of(*list, [&](const Value& v) { return matches(matcher.others[0], &v); });
    }
    case Kind::kOr:
      return std::ranges::any_of(matcher.others, [&](const ValueMatcher& other) { return matches(other, value); });
  }
  return false;
}

const Value* valueOf(const MetadataMatcher& matcher, const Value::Object* metadata) {
  const Value* at = metadata == nullptr ? nullptr : stream_info::find(*metadata, matcher.metadataNamespace);
  for (const std::string& name : matcher.path) {
    if (at == nullptr) return nullptr;
    at = at->find(name);
  }
  return at;
}

bool matches(const MetadataMatcher& matcher, const Value::Object* metadata) {
  return matches(matcher.value, valueOf(matcher, metadata)) != matcher.invert;
}

}  // namespace orrery::route
