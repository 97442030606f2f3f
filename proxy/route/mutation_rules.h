#pragma once

#include <memory>
#include <string_view>

#include "proxy/match/regex.h"

namespace orrery::route {

// Which fields of a request somebody outside may change (envoy.config.common.mutation_rules.v3.HeaderMutationRules), as
// plain data. Expressions are for whole names, lower case; null: none.
struct MutationRules {
  bool allowRouting = false;    // the pseudo headers and host
  bool allowEnvoy = false;      // x-envoy-*
  bool disallowSystem = false;  // all pseudo headers
  bool disallowAll = false;
  bool disallowIsError = false;  // else what is disallowed is left out
  std::shared_ptr<const re2::RE2> allowed;
  std::shared_ptr<const re2::RE2> disallowed;
};

// What is disallowed by name comes before what is allowed by name, and both before all else; whatever the rules, host and
// pseudo headers are not removed.
bool mayChange(const MutationRules& rules, std::string_view name);
bool mayRemove(const MutationRules& rules, std::string_view name);

}  // namespace orrery::route
