#include <google/protobuf/any.pb.h>

#include <algorithm>

#include "envoy/config/route/v3/route_components.pb.h"
#include "envoy/extensions/internal_redirect/allow_listed_routes/v3/allow_listed_routes_config.pb.h"
#include "envoy/extensions/internal_redirect/previous_routes/v3/previous_routes_config.pb.h"
#include "envoy/extensions/internal_redirect/safe_cross_scheme/v3/safe_cross_scheme_config.pb.h"
#include "proxy/config/translate.h"

namespace orrery::config {
namespace {

namespace predicates = envoy::extensions::internal_redirect;
using AllowListed = predicates::allow_listed_routes::v3::AllowListedRoutesConfig;
using PreviousRoutes = predicates::previous_routes::v3::PreviousRoutesConfig;
using SafeCrossScheme = predicates::safe_cross_scheme::v3::SafeCrossSchemeConfig;

void addPredicate(Translation& t, const envoy::config::core::v3::TypedExtensionConfig& message,
                  route::InternalRedirectPolicy& out) {
  const auto& any = message.typed_config();
  if (any.Is<PreviousRoutes>()) {
    out.previousRoutes = true;
  } else if (any.Is<SafeCrossScheme>()) {
    out.safeCrossScheme = true;
  } else if (AllowListed list; any.Is<AllowListed>() && any.UnpackTo(&list)) {
    out.allowedRoutes.emplace(list.allowed_route_names().begin(), list.allowed_route_names().end());
  } else {
    refuseUnregistered(t, message.name(), any.type_url());
  }
}

}  // namespace

route::InternalRedirectPolicy toInternalRedirect(Translation& t,
                                                 const envoy::config::route::v3::InternalRedirectPolicy& message) {
  route::InternalRedirectPolicy out;
  if (message.has_max_internal_redirects()) out.most = message.max_internal_redirects().value();
  if (!message.redirect_response_codes().empty()) {
    out.codes.clear();
    for (const uint32_t code : message.redirect_response_codes()) {
      // As Envoy: others say nothing of a location.
      constexpr uint32_t kCodes[] = {301, 302, 303, 307, 308};
      if (std::find(std::begin(kCodes), std::end(kCodes), code) != std::end(kCodes)) out.codes.push_back(code);
    }
  }
  out.crossScheme = message.allow_cross_scheme_redirect();
  for (const std::string& name : message.response_headers_to_copy()) out.copied.emplace_back(name);
  forEachOf(t, "predicates", message.predicates(), [&](const auto& predicate) { addPredicate(t, predicate, out); });
  return out;
}

}  // namespace orrery::config
