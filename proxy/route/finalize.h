#pragma once

#include <string_view>

#include "proxy/message/header_map.h"
#include "proxy/route/route_config.h"
#include "proxy/stream_info/stream_info.h"

// What a chosen route does to messages. Everything that is added lives in the map's arena.
namespace orrery::route {

// Of the request that is sent upstream: mutations, host and path rewrite. `weighted` is the cluster that was picked, or
// null. With `insertOriginal` (off: suppress_envoy_headers) x-envoy-original-path and -host tell what was rewritten.
void finalizeRequestHeaders(const Route& route, const WeightedCluster* weighted, const stream_info::StreamInfo& info,
                            message::HeaderMap& headers, bool insertOriginal);
// Of the response that goes to the client; `record` is what formats speak of.
void finalizeResponseHeaders(const Route& route, const WeightedCluster* weighted, const stream_info::LogRecord& record,
                             message::HeaderMap& headers);

// Sets the host, as auto_host_rewrite does when the endpoint is known. `host` lives in the arena or longer.
void rewriteHost(const RouteAction& action, std::string_view host, message::HeaderMap& headers, bool insertOriginal);

// The location that a redirect, or a direct response without one, names: in the arena of `headers`, whose path is
// rewritten already. Empty if the request has no path.
std::string_view redirectLocation(const Route& route, const stream_info::StreamInfo& info, message::HeaderMap& headers);

}  // namespace orrery::route
