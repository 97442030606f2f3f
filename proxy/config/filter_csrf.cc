#include "envoy/extensions/filters/http/csrf/v3/csrf.pb.h"
#include "proxy/config/filter_pieces.h"
#include "proxy/config/filter_translator.h"
#include "proxy/filters/http/csrf/csrf_options.h"

namespace orrery::config {

namespace {

using CsrfMessage = envoy::extensions::filters::http::csrf::v3::CsrfPolicy;

filters::csrf::CsrfPolicy toCsrf(Translation& t, const CsrfMessage& m) {
  filters::csrf::CsrfPolicy out;
  out.filterEnabled = toFraction(t, "filter_enabled", m.filter_enabled());
  if (m.has_shadow_enabled()) out.shadowEnabled = toFraction(t, "shadow_enabled", m.shadow_enabled());
  forEachOf(t, "additional_origins", m.additional_origins(),
            [&](const auto& origin) { out.additionalOrigins.push_back(toReadyMatcher(t, origin)); });
  return out;
}

}  // namespace

const FilterTranslator kCsrfTranslator{.typeName = "envoy.filters.http.csrf",
                                       .message = "envoy.extensions.filters.http.csrf.v3.CsrfPolicy",
                                       .translate = translated<CsrfMessage, toCsrf>,
                                       .routeMessage = "envoy.extensions.filters.http.csrf.v3.CsrfPolicy",
                                       .translateRoute = translated<CsrfMessage, toCsrf>};

}  // namespace orrery::config
