#pragma once

#include <cstdint>
#include <vector>

#include "proxy/base/status.h"
#include "proxy/match/string_matcher.h"
#include "proxy/message/header_map.h"

namespace orrery::match {

// envoy.config.route.v3.HeaderMatcher as plain data.
struct HeaderMatcher {
  enum class Kind : uint8_t { kPresent, kString, kRange };
  message::HeaderName name;
  Kind kind = Kind::kPresent;
  bool presentMatch = true;  // kPresent: whether it must be there
  StringMatcher string;
  int64_t rangeStart = 0;  // kRange: [start, end)
  int64_t rangeEnd = 0;
  bool invert = false;
  bool treatMissingAsEmpty = false;
};

Status compileMatchers(std::vector<HeaderMatcher>& matchers);

// As Envoy's HeaderUtility (measured at 1.40): of repeated fields any one is enough, and an inverted matcher wants none
// (match_headers_individually); those that are joined as they arrive (message/joined_fields.h) are one.
// A missing header matches nothing (inverted or not) unless it is to count as empty.
bool matches(const HeaderMatcher& matcher, const message::HeaderMap& headers);
bool matchesAll(const std::vector<HeaderMatcher>& matchers, const message::HeaderMap& headers);
bool matchesAny(const std::vector<HeaderMatcher>& matchers, const message::HeaderMap& headers);

}  // namespace orrery::match
