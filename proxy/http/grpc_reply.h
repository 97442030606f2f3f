#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/base/arena.h"
#include "proxy/message/header_map.h"

// Local replies to gRPC requests: HTTP status 200, and what went wrong in grpc-status and grpc-message.
namespace orrery::http {

// Percent-encoded as the gRPC protocol wants messages, in the arena.
std::string_view grpcMessage(std::string_view text, Arena& arena);

}  // namespace orrery::http
