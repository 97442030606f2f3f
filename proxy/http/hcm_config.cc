#include "proxy/http/hcm_config.h"

namespace orrery::http {

namespace {

Result<route::RouteTables> compileRoutes(const HcmOptions& options, const route::FilterChainShape& chain,
                                         stats::Layout& layout) {
  if (options.scopedRoutes != nullptr) {
    return route::RouteTables::byScope(options.scopedRoutes, [&](std::shared_ptr<const route::RouteConfig> routes) {
      return route::RouteTable::compile(std::move(routes), &chain, &layout);
    });
  }
  auto table = route::RouteTable::compile(
      options.routes ? options.routes : std::make_shared<const route::RouteConfig>(), &chain, &layout);
  if (!table) return std::unexpected(table.error());
  return route::RouteTables(std::move(*table));
}

// The chain, and behind it those of upgrades.
std::vector<const HttpFilterOptions*> downstreamFilters(const HcmOptions& options) {
  std::vector<const HttpFilterOptions*> all;
  for (const HttpFilterOptions& filter : options.filters) all.push_back(&filter);
  for (const UpgradeOptions& upgrade : options.upgrades) {
    for (const HttpFilterOptions& filter : upgrade.filters) all.push_back(&filter);
  }
  return all;
}

std::vector<route::FilterChainShape::Filter> shapeOf(const std::vector<const HttpFilterOptions*>& filters,
                                                     size_t planned) {
  std::vector<route::FilterChainShape::Filter> out;
  for (size_t i = 0; i < planned; ++i) out.push_back({filters[i]->name, filters[i]->typeName});
  return out;
}

}  // namespace

std::vector<const HttpFilterOptions*> CompiledHcm::allFilters(const HcmOptions& options) {
  std::vector<const HttpFilterOptions*> all = downstreamFilters(options);
  const size_t downstream = all.size();
  for (size_t i = 0; i < downstream; ++i) {
    for (const HttpFilterOptions& filter : all[i]->upstream) all.push_back(&filter);
  }
  return all;
}

size_t CompiledHcm::upstreamCount(const HcmOptions& options) {
  size_t count = 0;
  for (const HttpFilterOptions* filter : downstreamFilters(options)) count += filter->upstream.size();
  return count;
}

Result<std::shared_ptr<const CompiledHcm>> CompiledHcm::compile(
    std::shared_ptr<const HcmOptions> options, stats::Layout& layout, const std::string& listenerPrefix,
    const std::string& nodeCluster, const std::string& nodeId, std::vector<std::shared_ptr<FilterPlan>> plans,
    const PlannedFilters& clusterFilters) {
  const std::vector<const HttpFilterOptions*> filters = allFilters(*options);
  route::FilterChainShape chain;
  chain.filters = shapeOf(filters, plans.size());
  chain.clusterFilters = shapeOf(clusterFilters.filters, clusterFilters.plans.size());
  chain.compile = [&](size_t slot, const std::shared_ptr<const void>& setting) {
    FilterPlan& plan = slot < plans.size() ? *plans[slot] : *clusterFilters.plans[slot - plans.size()];
    return plan.compileRoute(setting, layout);
  };
  auto tables = compileRoutes(*options, chain, layout);
  if (!tables) return std::unexpected(tables.error());
  auto compiled =
      std::make_shared<CompiledHcm>(options, std::move(*tables), HcmStats(layout, options->statPrefix, listenerPrefix));
  compiled->plans.assign(plans.begin(), plans.end());
  compiled->filters = filters;
  size_t slot = compiled->options->filters.size();
  for (const UpgradeOptions& upgrade : compiled->options->upgrades) {
    compiled->upgradeChains.push_back({slot, slot + upgrade.filters.size()});
    slot += upgrade.filters.size();
  }
  for (size_t i = 0, downstream = slot; i < downstream; ++i) {
    compiled->upstreamChains.push_back({slot, slot + filters[i]->upstream.size()});
    slot += filters[i]->upstream.size();
  }
  if (options->addUserAgent.value_or(false)) {
    compiled->userAgent = nodeCluster;
    compiled->serviceNode = nodeId;
  }
  return compiled;
}

}  // namespace orrery::http
