#include "envoy/extensions/filters/http/router/v3/router.pb.h"
#include "proxy/config/filter_translator.h"
#include "proxy/filters/http/router/router_options.h"

namespace orrery::config {

namespace {

using RouterMessage = envoy::extensions::filters::http::router::v3::Router;

filters::router::RouterOptions toRouter(Translation&, const RouterMessage& message) {
  filters::router::RouterOptions out;
  out.suppressEnvoyHeaders = message.suppress_envoy_headers();
  out.respectExpectedRqTimeout = message.respect_expected_rq_timeout();
  return out;
}

}  // namespace

const FilterTranslator kRouterTranslator{.typeName = "envoy.filters.http.router",
                                         .message = "envoy.extensions.filters.http.router.v3.Router",
                                         .translate = translated<RouterMessage, toRouter>,
                                         .routeMessage = {},
                                         .terminal = true};

}  // namespace orrery::config
