#pragma once

#include <string_view>

#include "proxy/message/header_map.h"
#include "proxy/route/route_config.h"

// What a chosen route does to messages. Everything that is added lives in the map's arena.
namespace orrery::route {

// Applies header mutations in order.
void applyMutations(const std::vector<HeaderMutation>& mutations, message::HeaderMap& headers);

// Of the request that is sent upstream: mutations, host and path rewrite. `weighted` is the cluster that was picked, or
// null. With `insertOriginal` (off: suppress_envoy_headers) x-envoy-original-path and -host tell what was rewritten.
void finalizeRequestHeaders(const Route& route, const WeightedCluster* weighted, message::HeaderMap& headers,
                            bool insertOriginal);
// Of the response that goes to the client.
void finalizeResponseHeaders(const Route& route, const WeightedCluster* weighted, message::HeaderMap& headers);

// The location of a redirect, in the arena of `headers`. Empty if the request has no path.
std::string_view redirectLocation(const Route& route, message::HeaderMap& headers);

}  // namespace orrery::route
