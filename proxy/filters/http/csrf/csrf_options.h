#pragma once

#include <optional>
#include <vector>

#include "proxy/match/fraction.h"
#include "proxy/match/string_matcher.h"

namespace orrery::filters::csrf {

// envoy.extensions.filters.http.csrf.v3.CsrfPolicy, of the filter or of a route.
struct CsrfPolicy {
  match::RuntimeFraction filterEnabled;
  std::optional<match::RuntimeFraction> shadowEnabled;
  std::vector<match::StringMatcher> additionalOrigins;
};

}  // namespace orrery::filters::csrf
