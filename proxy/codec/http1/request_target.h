#pragma once

#include <optional>
#include <string_view>

namespace orrery::http1 {

// An absolute-form request target (RFC 9112 section 3.2.2) in its parts; views into the text.
struct AbsoluteTarget {
  std::string_view scheme;     // as written
  std::string_view authority;  // without user information
  std::string_view path;       // with query, without fragment; empty if there is none
};

// Nothing if it is not a scheme, "://" and a host.
std::optional<AbsoluteTarget> splitAbsoluteTarget(std::string_view text);

}  // namespace orrery::http1
