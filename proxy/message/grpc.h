#pragma once

#include <cstdint>
#include <optional>

#include "proxy/message/header_map.h"

// What HTTP carries of gRPC (grpc/doc/PROTOCOL-HTTP2.md), as far as a proxy looks at it.
namespace orrery::message {

// google.golang.org/grpc/codes, as far as a proxy gives or compares them.
enum class GrpcStatus : uint32_t {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kDeadlineExceeded = 4,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kUnauthenticated = 16,
};

// What an HTTP status stands for where no grpc-status is (Envoy's Grpc::Utility::httpToGrpcStatus).
GrpcStatus grpcStatusOfHttp(uint32_t httpStatus);

// "application/grpc", alone or with "+proto" and the like; "application/grpc-web" is not it.
bool hasGrpcContentType(const HeaderMap& headers);

// grpc-status of the message; none: absent, or no number.
std::optional<uint32_t> grpcStatus(const HeaderMap& headers);

}  // namespace orrery::message
