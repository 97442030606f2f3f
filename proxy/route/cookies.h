#pragma once

#include <optional>
#include <string_view>

#include "proxy/message/header_map.h"
#include "proxy/route/route_match.h"

namespace orrery::route {

// The value of the first cookie of that name in all cookie fields, without the quotes around it (Envoy's parseCookieValue;
// RFC 6265 section 4.2). None: there is no such cookie.
std::optional<std::string_view> cookieValue(const message::HeaderMap& headers, std::string_view name);

bool matches(const CookieMatcher& matcher, const message::HeaderMap& headers);

}  // namespace orrery::route
