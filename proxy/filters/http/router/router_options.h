#pragma once

namespace orrery::filters::router {

// envoy.extensions.filters.http.router.v3.Router as plain data.
struct RouterOptions {
  bool suppressEnvoyHeaders = false;
  bool respectExpectedRqTimeout = false;
};

}  // namespace orrery::filters::router
