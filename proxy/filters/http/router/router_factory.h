#pragma once

#include <memory>
#include <string_view>

#include "proxy/filters/http/router/router_options.h"
#include "proxy/http/filter_plan.h"
#include "proxy/upstream/cluster_manager.h"
#include "proxy/upstream/request/async_client.h"
#include "proxy/upstream/request/router_stats.h"

namespace orrery::filters::router {

constexpr std::string_view kRouterTypeName = "envoy.filters.http.router";

// Makes the terminal filter of a chain. One per worker and connection manager.
// Lifetime: outlives its streams; the cluster manager outlives it. Threading: its worker.
class RouterFactory final : public http::FilterFactory {
 public:
  RouterFactory(const http::FilterWorker& worker, const upstream::RouterStats& stats,
                const upstream::RouterStats& asyncStats, const RouterOptions& options)
      : clusters_(worker.clusters),
        stats_(stats),
        options_(options),
        upstream_(worker.upstream),
        logs_{worker.accessLogs, options.logAtPoolReady, options.logInterval},
        async_(worker.clusters, asyncStats, worker.ownAddress) {}
  void addFilters(http::FilterChainBuilder& builder) override;

 private:
  upstream::ClusterManager& clusters_;
  const upstream::RouterStats stats_;
  const RouterOptions options_;
  const std::shared_ptr<const http::UpstreamFilters> upstream_;  // null: none; nobody else has it
  const upstream::UpstreamLogs logs_;                            // without loggers: none
  upstream::AsyncClient async_;
};

// The router as configured. Threading: any.
class RouterPlan final : public http::FilterPlan {
 public:
  RouterPlan(const RouterOptions& options, const http::PlanInputs& inputs)
      : options_(options),
        stats_(inputs.layout, inputs.statPrefix),
        asyncStats_(upstream::AsyncClient::registerStats(inputs.layout)) {}
  std::unique_ptr<http::FilterFactory> newFactory(const http::FilterWorker& worker) const override {
    return std::make_unique<RouterFactory>(worker, stats_, asyncStats_, options_);
  }
  std::span<const access_log::AccessLogOptions> accessLogs() const override { return options_.upstreamLogs; }

 private:
  const RouterOptions options_;
  const upstream::RouterStats stats_;
  const upstream::RouterStats asyncStats_;
};

}  // namespace orrery::filters::router
