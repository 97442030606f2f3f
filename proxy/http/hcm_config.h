#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/base/status.h"
#include "proxy/http/filter_plan.h"
#include "proxy/http/hcm_options.h"
#include "proxy/http/hcm_stats.h"
#include "proxy/route/scoped_routes.h"

namespace orrery::http {

// Filters with their plans, in the same order.
struct PlannedFilters {
  std::vector<const HttpFilterOptions*> filters;
  std::vector<std::shared_ptr<FilterPlan>> plans;
};

// A connection manager's configuration, compiled: routes matched, statistics numbered. Immutable, shared by workers and
// worlds. Threading: any.
struct CompiledHcm {
  // The filters of all chains of `options`, in the order of their slots: the chain, those of upgrades, and last the upstream
  // filters of the routers in them.
  static std::vector<const HttpFilterOptions*> allFilters(const HcmOptions& options);
  // How many of them are upstream filters.
  static size_t upstreamCount(const HcmOptions& options);
  // `listenerPrefix` is "listener.127.0.0.1_10000". `plans`: of allFilters(), in their order, or none; they and those of
  // `clusterFilters` are told the settings of routes. Errors: what the route table refuses.
  static Result<std::shared_ptr<const CompiledHcm>> compile(std::shared_ptr<const HcmOptions> options,
                                                            stats::Layout& layout, const std::string& listenerPrefix,
                                                            const std::string& nodeCluster, const std::string& nodeId,
                                                            std::vector<std::shared_ptr<FilterPlan>> plans = {},
                                                            const PlannedFilters& clusterFilters = {});

  CompiledHcm(std::shared_ptr<const HcmOptions> o, route::RouteTables r, HcmStats s)
      : options(std::move(o)), routes(std::move(r)), stats(std::move(s)) {}

  const std::shared_ptr<const HcmOptions> options;
  const route::RouteTables routes;
  const HcmStats stats;
  std::vector<const HttpFilterOptions*> filters;  // by slot: allFilters()
  // Of `filters`.
  std::vector<std::shared_ptr<const FilterPlan>> plans;
  struct Chain {
    size_t begin = 0;
    size_t end = 0;
  };
  std::vector<Chain> upstreamChains;  // by slot, of the chains above: of a router, where its upstream filters are
  std::vector<Chain> upgradeChains;   // by position in options->upgrades; empty: the main chain is used
  // add_user_agent: the cluster of this node (set even if it is empty, as Envoy), and its name.
  std::optional<std::string> userAgent;
  std::string serviceNode;
};

}  // namespace orrery::http
