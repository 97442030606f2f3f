#include "proxy/server/compiled_bootstrap.h"

#include <span>

#include "proxy/server/filters.h"

namespace orrery::server {

CompiledBootstrap::CompiledBootstrap(std::shared_ptr<const config::Bootstrap> bootstrap, uint32_t concurrency)
    : bootstrap_(std::move(bootstrap)),
      concurrency_(concurrency),
      serverStats_(layout_),
      clusters_(std::make_shared<upstream::ClusterSet>(bootstrap_->clusters, layout_)),
      runtime_(std::make_shared<runtime::Snapshot>(bootstrap_->runtime)) {}

void CompiledBootstrap::planClusterFilters() {
  for (const upstream::ClusterOptions& cluster : bootstrap_->clusters) {
    if (!cluster.upstreamFilters) {
      clusterChains_.emplace_back();
      continue;
    }
    std::vector<const http::HttpFilterOptions*> filters;
    for (const http::HttpFilterOptions& filter : *cluster.upstreamFilters) filters.push_back(&filter);
    const std::string& statName = cluster.altStatName.empty() ? cluster.name : cluster.altStatName;
    auto plans = planFilters(filters, {layout_, statName, bootstrap_->nodeCluster, http::FilterPlace::kCluster});
    const size_t first = clusterFilters_.plans.size();
    clusterChains_.push_back(http::CompiledHcm::Chain{first, first + plans.size()});
    clusterFilters_.filters.insert(clusterFilters_.filters.end(), filters.begin(), filters.end());
    clusterFilters_.plans.insert(clusterFilters_.plans.end(), plans.begin(), plans.end());
  }
}

std::vector<std::shared_ptr<http::FilterPlan>> CompiledBootstrap::planHcm(const http::HcmOptions& options) {
  const std::vector<const http::HttpFilterOptions*> all = http::CompiledHcm::allFilters(options);
  const size_t upstream = http::CompiledHcm::upstreamCount(options);
  const std::span<const http::HttpFilterOptions* const> filters = all;
  http::PlanInputs inputs{layout_, options.statPrefix, bootstrap_->nodeCluster};
  auto plans = planFilters(filters.first(all.size() - upstream), inputs);
  inputs.place = http::FilterPlace::kRoutersUpstream;
  const auto ofRouters = planFilters(filters.last(upstream), inputs);
  plans.insert(plans.end(), ofRouters.begin(), ofRouters.end());
  return plans;
}

Result<std::shared_ptr<const CompiledBootstrap>> CompiledBootstrap::compile(
    std::shared_ptr<const config::Bootstrap> bootstrap, uint32_t concurrency) {
  std::shared_ptr<CompiledBootstrap> compiled(new CompiledBootstrap(std::move(bootstrap), concurrency));
  compiled->planClusterFilters();
  for (const net::ListenerOptions& options : compiled->bootstrap_->listeners) {
    const std::string prefix = net::listenerStatPrefix(
        !options.statPrefix.empty() || options.addresses.empty() ? options.statPrefix : options.addresses[0].text());
    auto hcmOptions = std::static_pointer_cast<const http::HcmOptions>(options.chain.filters.back().options);
    auto plans = compiled->planHcm(*hcmOptions);
    auto hcm =
        http::CompiledHcm::compile(std::move(hcmOptions), compiled->layout_, prefix, compiled->bootstrap_->nodeCluster,
                                   compiled->bootstrap_->nodeId, std::move(plans), compiled->clusterFilters_);
    if (!hcm) return makeError("listener " + options.name + ": " + hcm.error().message);
    compiled->listeners_.push_back(
        {&options, net::ListenerStats(compiled->layout_, prefix, concurrency), std::move(*hcm)});
  }
  return compiled;
}

}  // namespace orrery::server
