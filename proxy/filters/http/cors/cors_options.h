#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proxy/match/fraction.h"
#include "proxy/match/string_matcher.h"

namespace orrery::filters::cors {

// envoy.extensions.filters.http.cors.v3.Cors: says nothing, routes do.
struct CorsOptions {};

// envoy.extensions.filters.http.cors.v3.CorsPolicy. What a level leaves out is taken from the level above.
struct CorsPolicy {
  std::vector<match::StringMatcher> allowOrigins;
  std::string allowMethods;
  std::string allowHeaders;
  std::string exposeHeaders;
  std::string maxAge;
  std::optional<bool> allowCredentials;
  std::optional<bool> allowPrivateNetworkAccess;
  std::optional<bool> forwardNotMatchingPreflights;
  std::optional<match::RuntimeFraction> filterEnabled;
  std::optional<match::RuntimeFraction> shadowEnabled;
};

}  // namespace orrery::filters::cors
