#pragma once

#include <memory>
#include <string>
#include <vector>

namespace orrery::http {

// One configured HTTP filter: its registered name and its translated options (opaque here, typed in its own folder).
struct HttpFilterOptions {
  std::string name;      // as configured
  std::string typeName;  // "envoy.filters.http.router"
  std::shared_ptr<const void> options;
  bool disabled = false;  // unless a route enables it
  // Of a router: the filters that each try goes through (upstream_http_filters), without the codec behind them.
  std::vector<HttpFilterOptions> upstream;
};

}  // namespace orrery::http
