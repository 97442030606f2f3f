#include "proxy/route/filter_settings.h"

#include "proxy/route/route_config.h"

namespace orrery::route {

namespace {

using Slots = std::shared_ptr<const FilterSlots>;

// What `setting` says at `level` to those of `filters` that have its name; they stand from `first` on in the chain's count.
void applyTo(std::vector<FilterSlot>& slots, const std::vector<FilterChainShape::Filter>& filters, size_t first,
             FilterSetting& setting, size_t level, const FilterChainShape& chain) {
  for (size_t i = 0; i < filters.size(); ++i) {
    if (filters[i].name != setting.filter) continue;
    FilterSlot& slot = slots[i];
    slot.enabled = setting.disabled ? FilterSlot::Enabled::kNo : FilterSlot::Enabled::kYes;
    if (setting.options == nullptr || filters[i].typeName != setting.typeName) continue;
    setting.ready.push_back(chain.compile(first + i, setting.options));
    slot.levels[level] = slot.mostSpecific = setting.ready.back().get();
  }
}

// `above` with what `settings` say at `level`; `above` itself if they say nothing.
Slots withLevel(const Slots& above, FilterSettings& settings, size_t level, const FilterChainShape& chain) {
  if (settings.empty()) return above;
  auto slots = above != nullptr ? std::make_shared<FilterSlots>(*above) : std::make_shared<FilterSlots>();
  slots->chain.resize(chain.filters.size());
  slots->clusters.resize(chain.clusterFilters.size());
  for (FilterSetting& setting : settings) {
    applyTo(slots->chain, chain.filters, 0, setting, level, chain);
    applyTo(slots->clusters, chain.clusterFilters, chain.filters.size(), setting, level, chain);
  }
  return slots;
}

}  // namespace

void flattenFilterSettings(RouteConfig& config, const FilterChainShape& chain) {
  const Slots ofConfig = withLevel(nullptr, config.filterSettings, 0, chain);
  for (VirtualHost& host : config.virtualHosts) {
    const Slots ofHost = withLevel(ofConfig, host.filterSettings, 1, chain);
    for (Route& route : host.routes) {
      route.slots = withLevel(ofHost, route.filterSettings, 2, chain);
      if (!route.action) continue;
      for (WeightedCluster& cluster : route.action->weighted) {
        cluster.slots = withLevel(route.slots, cluster.filterSettings, 3, chain);
      }
    }
  }
}

}  // namespace orrery::route
