#include "proxy/server/filters.h"

#include "proxy/base/assert.h"
#include "proxy/filters/http/router/router_factory.h"

namespace orrery::server {

namespace {

using NewFactory = std::unique_ptr<http::FilterFactory> (*)(const void* options, const FilterContext& context);

struct FilterRow {
  std::string_view typeName;
  NewFactory make;
};

// The list. One line a filter.
constexpr FilterRow kFilters[] = {
    {filters::router::kRouterTypeName,
     [](const void* options, const FilterContext& c) -> std::unique_ptr<http::FilterFactory> {
       return std::make_unique<filters::router::RouterFactory>(
           c.clusters, c.listener.routerStats, *static_cast<const filters::router::RouterOptions*>(options));
     }},
};

}  // namespace

std::vector<std::unique_ptr<http::FilterFactory>> newFilterFactories(const std::vector<http::HttpFilterOptions>& chain,
                                                                     const FilterContext& context) {
  std::vector<std::unique_ptr<http::FilterFactory>> factories;
  for (const http::HttpFilterOptions& filter : chain) {
    const FilterRow* found = nullptr;
    for (const FilterRow& row : kFilters) {
      if (row.typeName == filter.typeName) found = &row;
    }
    ORRERY_ASSERT(found != nullptr, "the configuration loader accepts registered filters only");
    factories.push_back(found->make(filter.options.get(), context));
  }
  return factories;
}

}  // namespace orrery::server
