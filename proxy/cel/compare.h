#pragma once

#include <compare>
#include <optional>

#include "proxy/cel/value.h"

namespace orrery::cel {

// Whether two values are equal: numbers of any kinds by what they count, lists and maps by what they hold; values of other
// kinds are not equal. Errors equal nothing.
bool equals(const Value& a, const Value& b);

// Which comes first. Nothing: they have no order, by their kinds. Numbers of any kinds have one; unordered: one is no number.
std::optional<std::partial_ordering> order(const Value& a, const Value& b);

}  // namespace orrery::cel
