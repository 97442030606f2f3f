#pragma once

#include <cstdint>
#include <optional>

#include "proxy/message/header_map.h"

// What HTTP carries of gRPC (grpc/doc/PROTOCOL-HTTP2.md), as far as a proxy looks at it.
namespace orrery::message {

// "application/grpc", alone or with "+proto" and the like; "application/grpc-web" is not it.
bool hasGrpcContentType(const HeaderMap& headers);

// grpc-status of the message; none: absent, or no number.
std::optional<uint32_t> grpcStatus(const HeaderMap& headers);

}  // namespace orrery::message
