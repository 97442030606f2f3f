#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// typed_per_filter_config: what a route configuration, a virtual host, a route and a weighted cluster say to single filters.
// Filters' settings are opaque here: made by proxy/config, read by the filter they are for.
namespace orrery::route {

struct RouteConfig;

// One entry as configured.
struct FilterSetting {
  std::string filter;    // the name of the filter in http_filters
  std::string typeName;  // the kind of filter that reads `options` ("envoy.filters.http.cors"); empty without options
  std::shared_ptr<const void> options;
  bool disabled = false;  // the filter is not part of the chain here
  // `options` made ready for each filter of that name: filled by RouteTable::compile in its own copy.
  std::vector<std::shared_ptr<const void>> ready = {};
};
using FilterSettings = std::vector<FilterSetting>;

// What a route says to one filter, all levels flattened.
struct FilterSlot {
  enum class Enabled : uint8_t { kUnsaid, kNo, kYes };
  // From the most general to the most specific: route configuration, virtual host, route, weighted cluster; null where
  // nothing is said.
  std::array<const void*, 4> levels = {};
  const void* mostSpecific = nullptr;
  Enabled enabled = Enabled::kUnsaid;
};
// By the filter's position.
struct FilterSlots {
  std::vector<FilterSlot> chain;     // of the connection manager
  std::vector<FilterSlot> clusters;  // of clusters' own upstream filters, one cluster's behind the other's
};

// The filters that settings are flattened for: those of the connection manager (its chain, and behind it the chains of
// upgrades and of its routers), then those of clusters.
struct FilterChainShape {
  struct Filter {
    std::string_view name;
    std::string_view typeName;
  };
  std::vector<Filter> filters;
  std::vector<Filter> clusterFilters;
  // Makes a setting of a filter ready for use; `slot` counts through both lists.
  std::function<std::shared_ptr<const void>(size_t slot, const std::shared_ptr<const void>& options)> compile;
};

// Sets `slots` of every route and weighted cluster of `config`. A setting for a name that is not in the chain, or of another kind of filter,
// says nothing, as in Envoy.
void flattenFilterSettings(RouteConfig& config, const FilterChainShape& chain);

}  // namespace orrery::route
