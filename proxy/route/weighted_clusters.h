#pragma once

#include <cstdint>
#include <span>

#include "proxy/message/header_map.h"
#include "proxy/route/route_action.h"
#include "proxy/runtime/runtime.h"
#include "proxy/stream_info/stream_info.h"

namespace orrery::route {

// Which of the weighted clusters of `action` a request goes to (Envoy's WeightedClusterRouteEntry): by a number in a header,
// else by the hash of the request, else by `random`, the stream's 64 bits, so that it is the same whenever the stream asks.
// `without`: of each whether it is left out; empty: none is. Null: it has none, or the weights of those that are left are zero.
const WeightedCluster* pickWeighted(const RouteAction& action, message::HeaderMap& headers,
                                    const stream_info::StreamInfo& info, const runtime::Snapshot& runtime,
                                    uint64_t random, std::span<const bool> without = {});

}  // namespace orrery::route
