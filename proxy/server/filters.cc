#include "proxy/server/filters.h"

#include "proxy/base/assert.h"
#include "proxy/filters/http/bandwidth_limit/bandwidth_limit_filter.h"
#include "proxy/filters/http/basic_auth/basic_auth_filter.h"
#include "proxy/filters/http/buffer/buffer_filter.h"
#include "proxy/filters/http/compressor/compressor_filter.h"
#include "proxy/filters/http/cors/cors_filter.h"
#include "proxy/filters/http/csrf/csrf_filter.h"
#include "proxy/filters/http/decompressor/decompressor_filter.h"
#include "proxy/filters/http/ext_authz/ext_authz_filter.h"
#include "proxy/filters/http/fault/fault_filter.h"
#include "proxy/filters/http/header_mutation/header_mutation_filter.h"
#include "proxy/filters/http/health_check/health_check_filter.h"
#include "proxy/filters/http/local_ratelimit/local_ratelimit_filter.h"
#include "proxy/filters/http/rbac/rbac_filter.h"
#include "proxy/filters/http/router/router_factory.h"
#include "proxy/filters/http/set_metadata/set_metadata_filter.h"

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
    {"envoy.filters.http.bandwidth_limit",
     plan<filters::bandwidth_limit::BandwidthLimitPlan, filters::bandwidth_limit::BandwidthLimitOptions>},
    {"envoy.filters.http.basic_auth", plan<filters::basic_auth::BasicAuthPlan, filters::basic_auth::BasicAuthOptions>},
    {"envoy.filters.http.buffer", plan<filters::buffering::BufferPlan, filters::buffering::BufferOptions>},
    {"envoy.filters.http.compressor",
     plan<filters::compressor::CompressorPlan, filters::compressor::CompressorFilterOptions>},
    {"envoy.filters.http.cors", plan<filters::cors::CorsPlan, filters::cors::CorsOptions>},
    {"envoy.filters.http.csrf", plan<filters::csrf::CsrfPlan, filters::csrf::CsrfPolicy>},
    {"envoy.filters.http.decompressor",
     plan<filters::decompressor::DecompressorPlan, filters::decompressor::DecompressorFilterOptions>},
    {"envoy.filters.http.ext_authz", plan<filters::ext_authz::ExtAuthzPlan, filters::ext_authz::ExtAuthzOptions>},
    {"envoy.filters.http.fault", plan<filters::fault::FaultPlan, filters::fault::FaultOptions>},
    {"envoy.filters.http.header_mutation",
     plan<filters::header_mutation::HeaderMutationPlan, filters::header_mutation::HeaderMutationOptions>},
    {"envoy.filters.http.health_check",
     plan<filters::health_check::HealthCheckPlan, filters::health_check::HealthCheckOptions>},
    {"envoy.filters.http.local_ratelimit",
     plan<filters::local_ratelimit::LocalRateLimitPlan, filters::local_ratelimit::LocalRateLimitOptions>},
    {"envoy.filters.http.rbac", plan<filters::rbac::RbacPlan, filters::rbac::RbacOptions>},
    {"envoy.filters.http.set_metadata",
     plan<filters::set_metadata::SetMetadataPlan, filters::set_metadata::SetMetadataOptions>},
    {filters::router::kRouterTypeName, plan<filters::router::RouterPlan, filters::router::RouterOptions>},
};

}  // namespace

std::vector<std::shared_ptr<http::FilterPlan>> planFilters(std::span<const http::HttpFilterOptions* const> filters,
                                                           const http::PlanInputs& inputs) {
  std::vector<std::shared_ptr<http::FilterPlan>> plans;
  for (const http::HttpFilterOptions* filter : filters) {
    const FilterRow* found = nullptr;
    for (const FilterRow& row : kFilters) {
      if (row.typeName == filter->typeName) found = &row;
    }
    ORRERY_ASSERT(found != nullptr, "the configuration loader accepts registered filters only");
    http::PlanInputs own = inputs;
    own.filterName = filter->name;
    plans.push_back(found->make(filter->options.get(), own));
  }
  return plans;
}

}  // namespace orrery::server
