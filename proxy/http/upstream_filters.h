#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "proxy/http/filter.h"

namespace orrery::http {

// The filters between a router and hosts, as one worker has them: a router's (upstream_http_filters), or a cluster's own
// (HttpProtocolOptions.http_filters), which count instead. Each try of a request goes through a chain of its own, with the
// codec behind the last of them.
// Lifetime: with the router's factory, or the cluster. Threading: its worker.
struct UpstreamFilters {
  struct Entry {
    std::unique_ptr<FilterFactory> factory;
    bool disabled = false;  // unless a route enables it
  };
  std::vector<Entry> entries;  // may be empty: of a cluster that says that there is none
  // Where the first stands in what routes say to filters (route::FilterSlots): among the cluster filters, or in the
  // connection manager's.
  bool ofCluster = false;
  size_t firstSlot = 0;
};

}  // namespace orrery::http
