#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orrery {

// "; did you mean 'x'?" for the known name that is nearest to a mistyped one (letters, case and kind of dash forgiven), or
// nothing if none is near. Bounds: names of up to 100 characters are considered.
std::string didYouMean(std::string_view given, const std::vector<std::string_view>& known);

// The name itself; empty: none is near.
std::string_view nearestOf(std::string_view given, const std::vector<std::string_view>& known);

}  // namespace orrery
