#pragma once

#include "proxy/filters/http/header_mutation/header_mutation_options.h"
#include "proxy/http/filter_plan.h"
#include "proxy/http/pass_through_filter.h"

namespace orrery::filters::header_mutation {

struct HeaderMutationConfig {
  HeaderMutationConfig(const HeaderMutationOptions& o, const http::PlanInputs&) : options(o) {}
  HeaderMutationOptions options;
};

// Adds, sets and removes headers and trailers: first what the chain says, then what the levels of the route say (Envoy's
// header_mutation filter). Lifetime: in the stream's arena. Threading: the worker's.
class HeaderMutationFilter final : public http::PassThroughFilter {
 public:
  explicit HeaderMutationFilter(const HeaderMutationConfig& config) : options_(config.options) {}
  http::FilterHeadersStatus decodeHeaders(message::HeaderMap& headers, bool endStream) override;
  http::FilterTrailersStatus decodeTrailers(message::HeaderMap& trailers) override;
  http::FilterHeadersStatus encodeHeaders(message::HeaderMap& headers, bool endStream) override;
  http::FilterTrailersStatus encodeTrailers(message::HeaderMap& trailers) override;

 private:
  void apply(std::vector<route::HeaderMutation> Mutations::* which, message::HeaderMap& map);

  const HeaderMutationOptions& options_;
};

using HeaderMutationPlan = http::PlanOf<HeaderMutationFilter, HeaderMutationConfig>;

}  // namespace orrery::filters::header_mutation
