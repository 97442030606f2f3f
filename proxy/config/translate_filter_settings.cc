#include "proxy/config/translate_filter_settings.h"

#include "envoy/config/route/v3/route_components.pb.h"
#include "proxy/base/sorted.h"
#include "proxy/config/any_type.h"
#include "proxy/config/filter_translator.h"

namespace orrery::config {

namespace {

using google::protobuf::Any;
using FilterConfig = envoy::config::route::v3::FilterConfig;

void setOptions(Translation& t, const Any& any, bool optional, route::FilterSetting& out) {
  const std::string_view type = typeName(any.type_url());
  const FilterTranslator* found = findRouteFilter(type);
  if (found != nullptr) {
    out.typeName = found->typeName;
    out.options = found->translateRoute(t, any);
  } else if (const FilterTranslator* filter = findFilter(type, FilterSide::kDownstream)) {
    t.refuse("The filter " + std::string(filter->typeName) +
             " doesn't support virtual host or route specific configurations");
  } else if (!optional) {
    refuseUnregistered(t, out.filter, type);
  }
}

}  // namespace

route::FilterSettings toFilterSettings(Translation& t, const google::protobuf::Map<std::string, Any>& settings) {
  route::FilterSettings out;
  const auto scope = t.path.field("typed_per_filter_config");
  for (const auto* entry : sorted(settings)) {
    const std::string& name = entry->first;
    const Any& any = entry->second;
    const auto item = t.path.key(name);
    route::FilterSetting& setting = out.emplace_back();
    setting.filter = name;
    FilterConfig wrapper;
    if (!any.Is<FilterConfig>()) {
      setOptions(t, any, false, setting);
    } else if (any.UnpackTo(&wrapper)) {
      // What is switched off is not looked at further, as in Envoy.
      setting.disabled = wrapper.disabled();
      if (setting.disabled) continue;
      const auto inner = t.path.field("config");
      if (!wrapper.has_config()) {
        t.refuse("Empty route/virtual host per filter configuration for " + name + " filter");
      } else {
        setOptions(t, wrapper.config(), wrapper.is_optional(), setting);
      }
    }
  }
  return out;
}

}  // namespace orrery::config
