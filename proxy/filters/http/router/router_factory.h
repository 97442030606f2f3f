#pragma once

#include <memory>
#include <string_view>

#include "proxy/filters/http/router/router_options.h"
#include "proxy/http/filter.h"
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

}  // namespace orrery::filters::router
