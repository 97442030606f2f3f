#include "proxy/route/filter_settings.h"

#include "proxy/route/route_config.h"

namespace orrery::route {

namespace {

using Slots = std::shared_ptr<const FilterSlots>;

// `above` with what `settings` say at `level`; `above` itself if they say nothing.
Slots withLevel(const Slots& above, FilterSettings& settings, size_t level, const FilterChainShape& chain) {
  if (settings.empty()) return above;
  auto slots = above != nullptr ? std::make_shared<FilterSlots>(*above)
                                : std::make_shared<FilterSlots>(FilterSlots(chain.filters.size()));
  for (FilterSetting& setting : settings) {
    for (size_t i = 0; i < chain.filters.size(); ++i) {
      if (chain.filters[i].name != setting.filter) continue;
      FilterSlot& slot = (*slots)[i];
      slot.enabled = setting.disabled ? FilterSlot::Enabled::kNo : FilterSlot::Enabled::kYes;
      if (setting.options == nullptr || chain.filters[i].typeName != setting.typeName) continue;
      setting.ready.push_back(chain.compile(i, setting.options));
      slot.levels[level] = slot.mostSpecific = setting.ready.back().get();
    }
  }
  return slots;
}

}  // namespace

void flattenFilterSettings(RouteConfig& config, const FilterChainShape& chain) {
  const Slots ofConfig = withLevel(nullptr, config.filterSettings, 0, chain);
  for (VirtualHost& host : config.virtualHosts) {
    const Slots ofHost = withLevel(ofConfig, host.filterSettings, 1, chain);
    for (Route& route : host.routes) route.slots = withLevel(ofHost, route.filterSettings, 2, chain);
  }
}

}  // namespace orrery::route
