#pragma once

#include "proxy/filters/http/rbac/rbac_options.h"
#include "proxy/filters/http/rbac/rule_match.h"
#include "proxy/http/filter_plan.h"
#include "proxy/http/pass_through_filter.h"

namespace orrery::filters::rbac {

struct RbacConfig {
  RbacConfig(const RbacOptions& options, const http::PlanInputs& inputs);
  RbacOptions options;
  std::string rulesPrefix;  // of statistics
  std::string shadowPrefix;
  stats::CounterId allowed;
  stats::CounterId denied;
  stats::CounterId shadowAllowed;
  stats::CounterId shadowDenied;
};

// Who may do what: lets requests pass or refuses them by rules, and counts what shadow rules would have done (Envoy's rbac
// filter). A route's settings replace the chain's. Lifetime: in the stream's arena. Threading: the worker's.
class RbacFilter final : public http::PassThroughDecoder {
 public:
  explicit RbacFilter(const RbacConfig& config) : config_(config) {}
  http::FilterHeadersStatus decodeHeaders(message::HeaderMap& headers, bool endStream) override;

 private:
  // What `verdict` leaves behind: counts and dynamic metadata.
  void note(const RbacOptions& options, const Verdict& verdict, bool shadow);
  const RbacConfig& config_;
};

using RbacPlan = http::PlanOf<RbacFilter, RbacConfig>;

}  // namespace orrery::filters::rbac
