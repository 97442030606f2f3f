#pragma once

#include <memory>
#include <span>
#include <vector>

#include "proxy/http/filter_plan.h"
#include "proxy/http/hcm_options.h"

namespace orrery::server {

// The plans of configured filters, in order, from the plain list of filters in filters.cc. proxy/config has refused types
// that are not in the list.
std::vector<std::shared_ptr<http::FilterPlan>> planFilters(std::span<const http::HttpFilterOptions* const> filters,
                                                           const http::PlanInputs& inputs);

}  // namespace orrery::server
