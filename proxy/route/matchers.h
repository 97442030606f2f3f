#pragma once

#include <optional>
#include <string_view>

#include "proxy/route/route_config.h"

// Evaluation of the matchers that only routes have; the others are in proxy/match.
namespace orrery::route {

// The first parameter of the name: its value, empty without '='; none: it is not there. Nothing is decoded.
std::optional<std::string_view> queryValue(std::string_view query, std::string_view name);

// `query` is what follows '?', not decoded; the first parameter of the name counts.
bool matches(const QueryParameterMatcher& matcher, std::string_view query);

}  // namespace orrery::route
