#pragma once

#include <string_view>

#include "proxy/filters/http/csrf/csrf_options.h"
#include "proxy/http/filter_plan.h"
#include "proxy/http/pass_through_filter.h"

namespace orrery::filters::csrf {

struct CsrfConfig {
  CsrfConfig(const CsrfPolicy& policy, const http::PlanInputs& inputs);
  CsrfPolicy policy;
  stats::CounterId missingSourceOrigin;
  stats::CounterId requestInvalid;
  stats::CounterId requestValid;
};

// Refuses requests that change something and come from another site (Envoy's csrf filter). Lifetime: in the stream's
// arena. Threading: the worker's.
class CsrfFilter final : public http::PassThroughDecoder {
 public:
  explicit CsrfFilter(const CsrfConfig& config) : config_(config) {}
  http::FilterHeadersStatus decodeHeaders(message::HeaderMap& headers, bool endStream) override;

 private:
  const CsrfConfig& config_;
};

using CsrfPlan = http::PlanOf<CsrfFilter, CsrfConfig>;

}  // namespace orrery::filters::csrf
