#pragma once

#include <memory>
#include <string_view>

#include "proxy/filters/http/router/router_options.h"
#include "proxy/http/filter_plan.h"
#include "proxy/upstream/cluster_manager.h"
#include "proxy/upstream/request/router_stats.h"

namespace orrery::filters::router {

constexpr std::string_view kRouterTypeName = "envoy.filters.http.router";

// Makes the terminal filter of a chain. One per worker and connection manager.
// Lifetime: outlives its streams; the cluster manager outlives it. Threading: its worker.
class RouterFactory final : public http::FilterFactory {
 public:
  RouterFactory(upstream::ClusterManager& clusters, const upstream::RouterStats& stats, const RouterOptions& options)
      : clusters_(clusters), stats_(stats), options_(options) {}
  void addFilters(http::FilterChainBuilder& builder) override;

 private:
  upstream::ClusterManager& clusters_;
  const upstream::RouterStats stats_;
  const RouterOptions options_;
};

// The router as configured. Threading: any.
class RouterPlan final : public http::FilterPlan {
 public:
  RouterPlan(const RouterOptions& options, const http::PlanInputs& inputs)
      : options_(options), stats_(inputs.layout, inputs.statPrefix) {}
  std::unique_ptr<http::FilterFactory> newFactory(const http::FilterWorker& worker) const override {
    return std::make_unique<RouterFactory>(worker.clusters, stats_, options_);
  }

 private:
  const RouterOptions options_;
  const upstream::RouterStats stats_;
};

}  // namespace orrery::filters::router
