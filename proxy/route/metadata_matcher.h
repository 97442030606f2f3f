#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/status.h"
#include "proxy/match/string_matcher.h"
#include "proxy/stream_info/value.h"

// Matchers of free-form values (envoy.type.matcher.v3.ValueMatcher) and of metadata (MetadataMatcher), as plain data.
namespace orrery::route {

struct ValueMatcher {
  enum class Kind : uint8_t { kNull, kNumber, kRange, kString, kBool, kPresent, kOneOf, kOr };
  Kind kind = Kind::kPresent;
  bool wanted = true;                // kBool; kPresent: false matches nothing at all, as in Envoy
  double number = 0;                 // kNumber; kRange: from here,
  double end = 0;                    // up to below this
  match::StringMatcher string;       // kString
  std::vector<ValueMatcher> others;  // kOneOf: an element of a list matches the only one; kOr: any of them
};

struct MetadataMatcher {
  std::string metadataNamespace;
  std::vector<std::string> path;  // names of members, each in the object before it
  ValueMatcher value;
  bool invert = false;
};

// Makes what matching needs. Errors: of a regular expression.
Status compileMatcher(ValueMatcher& matcher);

// `value` null: there is none.
bool matches(const ValueMatcher& matcher, const stream_info::Value* value);

// What `matcher` speaks of in `metadata` (an object by namespace; null: none was written); null: it is not there.
const stream_info::Value* valueOf(const MetadataMatcher& matcher, const stream_info::Value::Object* metadata);
bool matches(const MetadataMatcher& matcher, const stream_info::Value::Object* metadata);

}  // namespace orrery::route
