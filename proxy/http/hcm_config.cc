#include "proxy/http/hcm_config.h"

namespace orrery::http {

namespace {

Result<route::RouteTables> compileRoutes(const HcmOptions& options, const route::FilterChainShape& chain) {
  if (options.scopedRoutes != nullptr) {
    return route::RouteTables::byScope(options.scopedRoutes, [&](std::shared_ptr<const route::RouteConfig> routes) {
      return route::RouteTable::compile(std::move(routes), &chain);
    });
  }
  auto table = route::RouteTable::compile(
      options.routes ? options.routes : std::make_shared<const route::RouteConfig>(), &chain);
  if (!table) return std::unexpected(table.error());
  return route::RouteTables(std::move(*table));
}

}  // namespace

std::vector<const HttpFilterOptions*> CompiledHcm::allFilters(const HcmOptions& options) {
  std::vector<const HttpFilterOptions*> all;
  for (const HttpFilterOptions& filter : options.filters) all.push_back(&filter);
  for (const UpgradeOptions& upgrade : options.upgrades) {
    for (const HttpFilterOptions& filter : upgrade.filters) all.push_back(&filter);
  }
  return all;
}

Result<std::shared_ptr<const CompiledHcm>> CompiledHcm::compile(
    std::shared_ptr<const HcmOptions> options, stats::Layout& layout, const std::string& listenerPrefix,
    const std::string& nodeCluster, const std::string& nodeId, std::vector<std::shared_ptr<FilterPlan>> plans) {
  route::FilterChainShape chain;
  const std::vector<const HttpFilterOptions*> filters = allFilters(*options);
  for (size_t i = 0; i < plans.size(); ++i) chain.filters.push_back({filters[i]->name, filters[i]->typeName});
  chain.compile = [&](size_t slot, const std::shared_ptr<const void>& setting) {
    return plans[slot]->compileRoute(setting, layout);
  };
  auto tables = compileRoutes(*options, chain);
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
  if (options->addUserAgent.value_or(false)) {
    compiled->userAgent = nodeCluster;
    compiled->serviceNode = nodeId;
  }
  return compiled;
}

}  // namespace orrery::http
