#pragma once

#include <optional>

#include "proxy/base/time.h"
#include "proxy/message/header_map.h"
#include "proxy/route/route_action.h"

namespace orrery::http {

// How long a stream may take by its route, its grpc-timeout and the connection manager (zero: none); none: without end
// (Envoy's refreshDurationTimeout). Where it ends, a grpc-timeout header says the same to the upstream.
std::optional<Duration> streamDuration(const route::StreamDuration& route, Duration ofManager,
                                       message::HeaderMap& headers);

// grpc-timeout ("300m"; units H M S m u n): none if it cannot be read. Beyond what fits it is as long as it can be.
std::optional<Duration> grpcTimeout(const message::HeaderMap& headers);
// Says it in whole milliseconds if they fit into the eight digits that gRPC allows, else in the next unit that does.
void setGrpcTimeout(Duration timeout, message::HeaderMap& headers);

}  // namespace orrery::http
