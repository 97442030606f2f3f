#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "proxy/base/status.h"

namespace re2 {
class RE2;
}

namespace orrery::cel {

// An expression for matches(). Errors, in Envoy's words: RE2 does not take it, or its program is longer than a pattern of a condition may be.
Result<std::shared_ptr<const re2::RE2>> compilePattern(std::string_view pattern);

// Whether it matches anywhere in `text`.
bool matchesPart(const re2::RE2& regex, std::string_view text);

}  // namespace orrery::cel
