#pragma once

#include <string_view>
#include <vector>

#include "proxy/base/status.h"
#include "proxy/message/header_map.h"
#include "proxy/route/route_config.h"

// Evaluation of the plain matcher structs of route_config.h.
namespace orrery::route {

using match::compileMatcher;
using match::compileMatchers;
using match::compileRegex;
using match::fullMatch;
using match::matches;
using match::matchesAll;
using match::matchesAny;

// `query` is what follows '?', not decoded; the first parameter of the name counts.
bool matches(const QueryParameterMatcher& matcher, std::string_view query);

}  // namespace orrery::route
