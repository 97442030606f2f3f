#pragma once

#include <vector>

#include "proxy/filters/http/router/strict_headers.h"

namespace orrery::filters::router {

// envoy.extensions.filters.http.router.v3.Router as plain data.
struct RouterOptions {
  bool suppressEnvoyHeaders = false;
  bool respectExpectedRqTimeout = false;
  std::vector<StrictHeader> strictHeaders;
};

}  // namespace orrery::filters::router
