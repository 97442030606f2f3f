#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/base/status.h"
#include "proxy/http/filter_plan.h"
#include "proxy/http/hcm_options.h"
#include "proxy/http/hcm_stats.h"
#include "proxy/route/route_table.h"

namespace orrery::http {

// A connection manager's configuration, compiled: routes matched, statistics numbered. Immutable, shared by workers and
// worlds. Threading: any.
struct CompiledHcm {
  // `listenerPrefix` is "listener.127.0.0.1_10000". `plans`: of options->filters, in their order; they are told the
  // settings of routes. Errors: what the route table refuses.
  static Result<std::shared_ptr<const CompiledHcm>> compile(std::shared_ptr<const HcmOptions> options,
                                                            stats::Layout& layout, const std::string& listenerPrefix,
                                                            const std::string& nodeCluster, const std::string& nodeId,
                                                            std::vector<std::shared_ptr<FilterPlan>> plans = {});

  CompiledHcm(std::shared_ptr<const HcmOptions> o, std::shared_ptr<const route::RouteTable> r, HcmStats s)
      : options(std::move(o)), routes(std::move(r)), stats(std::move(s)) {}

  const std::shared_ptr<const HcmOptions> options;
  const std::shared_ptr<const route::RouteTable> routes;
  const HcmStats stats;
  std::vector<std::shared_ptr<const FilterPlan>> plans;  // by position in options->filters
  // add_user_agent: the cluster of this node (set even if it is empty, as Envoy), and its name.
  std::optional<std::string> userAgent;
  std::string serviceNode;
};

}  // namespace orrery::http
