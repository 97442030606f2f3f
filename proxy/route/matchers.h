#pragma once

#include <string_view>
#include <vector>

#include "proxy/base/status.h"
#include "proxy/message/header_map.h"
#include "proxy/route/route_config.h"

// Evaluation of the plain matcher structs of route_config.h.
namespace orrery::route {

// Compiles the regular expression of a kRegex matcher. Errors: the expression and RE2's reason.
Status compileMatcher(StringMatcher& matcher);
Status compileMatchers(std::vector<HeaderMatcher>& matchers);
Result<std::shared_ptr<const re2::RE2>> compileRegex(const std::string& expression);

bool matches(const StringMatcher& matcher, std::string_view text);
bool fullMatch(const re2::RE2& regex, std::string_view text);

// As Envoy's HeaderUtility: repeated fields are compared joined with ','; a missing header matches nothing (inverted or
// not) unless it is to count as empty.
bool matches(const HeaderMatcher& matcher, const message::HeaderMap& headers);
bool matchesAll(const std::vector<HeaderMatcher>& matchers, const message::HeaderMap& headers);
bool matchesAny(const std::vector<HeaderMatcher>& matchers, const message::HeaderMap& headers);

// `query` is what follows '?', not decoded; the first parameter of the name counts.
bool matches(const QueryParameterMatcher& matcher, std::string_view query);

}  // namespace orrery::route
