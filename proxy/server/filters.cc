#include "proxy/server/filters.h"

#include "proxy/base/assert.h"
#include "proxy/filters/http/router/router_factory.h"

namespace orrery::server {

namespace {

using NewPlan = std::shared_ptr<http::FilterPlan> (*)(const void* options, const http::PlanInputs& inputs);

struct FilterRow {
  std::string_view typeName;
  NewPlan make;
};

// Plan is made as Plan(const Options&, const http::PlanInputs&).
template <class Plan, class Options>
std::shared_ptr<http::FilterPlan> plan(const void* options, const http::PlanInputs& inputs) {
  return std::make_shared<Plan>(*static_cast<const Options*>(options), inputs);
}

// The list. One line a filter.
constexpr FilterRow kFilters[] = {
    {filters::router::kRouterTypeName, plan<filters::router::RouterPlan, filters::router::RouterOptions>},
};

}  // namespace

std::vector<std::shared_ptr<http::FilterPlan>> planFilters(const std::vector<http::HttpFilterOptions>& chain,
                                                           const http::PlanInputs& inputs) {
  std::vector<std::shared_ptr<http::FilterPlan>> plans;
  for (const http::HttpFilterOptions& filter : chain) {
    const FilterRow* found = nullptr;
    for (const FilterRow& row : kFilters) {
      if (row.typeName == filter.typeName) found = &row;
    }
    ORRERY_ASSERT(found != nullptr, "the configuration loader accepts registered filters only");
    plans.push_back(found->make(filter.options.get(), inputs));
  }
  return plans;
}

}  // namespace orrery::server
