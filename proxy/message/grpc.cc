#include "proxy/message/grpc.h"

#include "proxy/base/ascii.h"

namespace orrery::message {

GrpcStatus grpcStatusOfHttp(uint32_t httpStatus) {
  switch (httpStatus) {
    case 400: return GrpcStatus::kInternal;
    case 401: return GrpcStatus::kUnauthenticated;
    case 403: return GrpcStatus::kPermissionDenied;
    case 404: return GrpcStatus::kUnimplemented;
    case 429:
    case 502:
    case 503:
    case 504: return GrpcStatus::kUnavailable;
    default: return GrpcStatus::kUnknown;
  }
}

bool hasGrpcContentType(const HeaderMap& headers) {
  constexpr std::string_view kType = "application/grpc";
  const std::string_view type = headers.get(HeaderId::kContentType);
  return type.starts_with(kType) && (type.size() == kType.size() || type[kType.size()] == '+');
}

std::optional<uint32_t> grpcStatus(const HeaderMap& headers) {
  const auto value = parseDecimal(headers.get(HeaderId::kGrpcStatus));
  if (!value || *value > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(*value);
}

}  // namespace orrery::message
