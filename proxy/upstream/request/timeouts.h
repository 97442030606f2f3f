#pragma once

#include "proxy/base/time.h"
#include "proxy/message/header_map.h"
#include "proxy/route/route_config.h"

namespace orrery::upstream {

// The time-outs of one request, from its route and the x-envoy-* headers that survived the connection manager (only
// internal requests keep them). Zero: none.
struct Timeouts {
  Duration global;
  Duration perTry;  // zero if it is not below the global one
  Duration perTryIdle;
  bool toGrpc = false;  // grpc-timeout is told what is expected (max_grpc_timeout)
};

// Reads and removes x-envoy-upstream-rq-timeout-ms and x-envoy-upstream-rq-per-try-timeout-ms (Envoy's finalTimeout).
Timeouts finalTimeouts(const route::RouteAction& action, message::HeaderMap& headers, bool respectExpected);

// Sets x-envoy-expected-rq-timeout-ms for a try that starts `elapsed` after the end of the request. `hedged`: a try may
// take all the time that is left. `told`: off with suppress_envoy_headers; grpc-timeout does not depend on it.
void setExpectedTimeout(const Timeouts& timeouts, Duration elapsed, bool hedged, bool told,
                        message::HeaderMap& headers);

// hedge_on_per_try_timeout of the route, or what x-envoy-hedge-on-per-try-timeout says.
bool hedges(const route::RouteAction& action, const message::HeaderMap& headers);

}  // namespace orrery::upstream
