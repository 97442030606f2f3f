#include "envoy/extensions/filters/http/cors/v3/cors.pb.h"
#include "proxy/config/filter_pieces.h"
#include "proxy/config/filter_translator.h"
#include "proxy/filters/http/cors/cors_options.h"

namespace orrery::config {

namespace {

namespace cors = filters::cors;
using CorsMessage = envoy::extensions::filters::http::cors::v3::Cors;
using CorsPolicyMessage = envoy::extensions::filters::http::cors::v3::CorsPolicy;

cors::CorsOptions toCors(Translation&, const CorsMessage&) { return {}; }

cors::CorsPolicy toCorsPolicy(Translation& t, const CorsPolicyMessage& m) {
  cors::CorsPolicy out;
  forEachOf(t, "allow_origin_string_match", m.allow_origin_string_match(),
            [&](const auto& origin) { out.allowOrigins.push_back(toReadyMatcher(t, origin)); });
  out.allowMethods = m.allow_methods();
  out.allowHeaders = m.allow_headers();
  out.exposeHeaders = m.expose_headers();
  out.maxAge = m.max_age();
  if (m.has_allow_credentials()) out.allowCredentials = m.allow_credentials().value();
  if (m.has_allow_private_network_access()) out.allowPrivateNetworkAccess = m.allow_private_network_access().value();
  if (m.has_forward_not_matching_preflights()) {
    out.forwardNotMatchingPreflights = m.forward_not_matching_preflights().value();
  }
  if (m.has_filter_enabled()) out.filterEnabled = toFraction(t, "filter_enabled", m.filter_enabled());
  if (m.has_shadow_enabled()) out.shadowEnabled = toFraction(t, "shadow_enabled", m.shadow_enabled());
  return out;
}

}  // namespace

const FilterTranslator kCorsTranslator{.typeName = "envoy.filters.http.cors",
                                       .message = "envoy.extensions.filters.http.cors.v3.Cors",
                                       .translate = translated<CorsMessage, toCors>,
                                       .routeMessage = "envoy.extensions.filters.http.cors.v3.CorsPolicy",
                                       .translateRoute = translated<CorsPolicyMessage, toCorsPolicy>};

}  // namespace orrery::config
