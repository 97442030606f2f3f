#include <map>

#include "envoy/config/route/v3/scoped_route.pb.h"
#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"
#include "proxy/config/translate.h"

namespace orrery::config {
namespace {

using envoy::extensions::filters::network::http_connection_manager::v3::ScopedRoutes;
using FragmentBuilder = ScopedRoutes::ScopeKeyBuilder::FragmentBuilder;

// A key is well told by its parts.
std::string keyText(const std::vector<std::string>& key) {
  std::string out;
  for (const std::string& fragment : key) out += (out.empty() ? "'" : ", '") + fragment + "'";
  return out;
}

route::ScopeKeyFragment toFragment(Translation& t, const FragmentBuilder::HeaderValueExtractor& message) {
  const auto scope = t.path.field("header_value_extractor");
  route::ScopeKeyFragment out{message::HeaderName(message.name()), message.element_separator(), 0, {}, {}};
  if (message.has_element()) {
    out.key = message.element().key();
    out.keySeparator = message.element().separator();
  } else if (message.extract_type_case() == FragmentBuilder::HeaderValueExtractor::kIndex) {
    out.index = message.index();
    if (out.index > 0 && out.elementSeparator.empty()) {
      t.refuse("index", "Index > 0 for empty string element separator.");
    }
  } else {
    t.refuse("HeaderValueExtractor extract_type not set.");
  }
  return out;
}

}  // namespace

std::shared_ptr<const route::ScopedRoutesConfig> toScopedRoutes(Translation& t, const ScopedRoutes& message) {
  auto out = std::make_shared<route::ScopedRoutesConfig>();
  {
    const auto scope = t.path.field("scope_key_builder");
    forEachOf(t, "fragments", message.scope_key_builder().fragments(), [&](const FragmentBuilder& fragment) {
      if (fragment.has_header_value_extractor()) {
        out->builder.push_back(toFragment(t, fragment.header_value_extractor()));
      }
    });
  }
  const auto scope = t.path.field("scoped_route_configurations_list");
  std::map<std::string, std::string> names;
  std::map<std::vector<std::string>, std::string> keys;
  forEachOf(t, "scoped_route_configurations", message.scoped_route_configurations_list().scoped_route_configurations(),
            [&](const auto& configuration) {
              route::ScopedRoutesConfig::Scope inner;
              inner.name = configuration.name();
              for (const auto& fragment : configuration.key().fragments()) inner.key.push_back(fragment.string_key());
              if (!configuration.has_route_configuration()) {
                t.refuse("You must specify a route_configuration with inline scoped routes.");
                return;
              }
              // As in Envoy, which says nothing of it.
              if (!names.emplace(inner.name, inner.name).second) {
                t.report.warn(t.path.text(), "the scope '" + inner.name + "' is given again; the last one counts");
              } else if (const auto [at, fresh] = keys.emplace(inner.key, inner.name); !fresh) {
                t.report.warn(t.path.text(), "scopes '" + at->second + "' and '" + inner.name + "' have the key " +
                                                 keyText(inner.key) + "; the last one counts");
              }
              const auto field = t.path.field("route_configuration");
              inner.routes = toRouteConfig(t, configuration.route_configuration());
              out->scopes.push_back(std::move(inner));
            });
  return out;
}

}  // namespace orrery::config
