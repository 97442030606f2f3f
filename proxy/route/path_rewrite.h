#pragma once

#include <initializer_list>
#include <string_view>

#include "proxy/message/header_map.h"
#include "proxy/route/route_config.h"

namespace orrery::route {

// The parts one after the other, in the arena.
std::string_view joinText(Arena& arena, std::initializer_list<std::string_view> parts);

// Replaces the part of the path that `match` matched (prefix, or for expressions the path without query).
// `headers` must match. With `insertOriginal` the old path is kept in x-envoy-original-path.
void rewritePath(const RouteMatch& match, std::string_view replacement, message::HeaderMap& headers,
                 bool insertOriginal);

}  // namespace orrery::route
