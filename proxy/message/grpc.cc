#include "proxy/message/grpc.h"

#include "proxy/base/ascii.h"

namespace orrery::message {

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
