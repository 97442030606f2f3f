#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/base/status.h"
#include "proxy/match/regex.h"

namespace orrery::match {

// envoy.type.matcher.v3.StringMatcher as plain data.
struct StringMatcher {
  enum class Kind : uint8_t { kExact, kPrefix, kSuffix, kContains, kRegex };
  Kind kind = Kind::kExact;
  std::string value;
  bool ignoreCase = false;
  std::shared_ptr<const re2::RE2> regex;  // kRegex: filled by compileMatcher()
};

// Compiles the regular expression of a kRegex matcher. Errors: the expression and RE2's reason.
Status compileMatcher(StringMatcher& matcher);

bool matches(const StringMatcher& matcher, std::string_view text);

}  // namespace orrery::match
