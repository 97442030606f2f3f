#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orrery::config {

// "; did you mean 'codec_type'?" when one of `known` is a slip away from `given`, else "".
std::string didYouMean(std::string_view given, const std::vector<std::string_view>& known);

}  // namespace orrery::config
