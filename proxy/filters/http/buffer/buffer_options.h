#pragma once

#include <cstdint>

namespace orrery::filters::buffering {

// envoy.extensions.filters.http.buffer.v3.Buffer
struct BufferOptions {
  uint32_t maxRequestBytes = 0;
};

// BufferPerRoute
struct BufferRouteOptions {
  bool disabled = false;
  BufferOptions buffer;
};

}  // namespace orrery::filters::buffering
