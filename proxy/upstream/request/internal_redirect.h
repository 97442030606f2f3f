#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/http/filter.h"
#include "proxy/route/route_config.h"
#include "proxy/stats/block.h"
#include "proxy/upstream/request/router_stats.h"

namespace orrery::upstream {

// Turns `request`, the stream's own head, into the request that the redirect in `response` asks for (Envoy's
// convertRequestHeadersForInternalRedirect): host, scheme and path of its location, the method of a 303, and
// x-envoy-original-url. The route cache is cleared and the new route judged by the policy's predicates. False: the
// redirect is not followed, the head is as it was, and why is counted.
bool applyInternalRedirect(const route::Route& route, const message::HeaderMap& response,
                           http::StreamDecoderFilterCallbacks& callbacks, message::HeaderMap& request,
                           const RouterStats& stats);

}  // namespace orrery::upstream
