#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proxy/message/header_map.h"

namespace orrery::filters::router {

// A field of the router's own that must be right where it is there (strict_check_headers).
struct StrictHeader {
  enum class Kind : uint8_t { kNumber, kRetryOn, kRetryGrpcOn };
  message::HeaderName name;
  Kind kind = Kind::kNumber;
};

// The first that is there and wrong; null: none is.
const StrictHeader* firstWrong(const std::vector<StrictHeader>& checked, const message::HeaderMap& headers);

}  // namespace orrery::filters::router
