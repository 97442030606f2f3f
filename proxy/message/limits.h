#pragma once

#include <cstdint>

namespace orrery::message {

// What one message may carry. Defaults are Envoy's (max_request_headers_kb, max_headers_count).
struct HeaderLimits {
  uint32_t maxBytes = 60 * 1024;
  uint32_t maxCount = 100;
};

}  // namespace orrery::message
