#pragma once

#include <vector>

#include "proxy/match/string_matcher.h"
#include "proxy/route/route_config.h"

namespace orrery::filters::header_mutation {

// One mutation, in order of configuration: a header mutation, or (remove_on_match) all headers of matching names go.
struct Step {
  std::vector<route::HeaderMutation> mutation;  // one, or none
  match::StringMatcher removeMatching;          // if none
};
using Steps = std::vector<Step>;

// envoy.extensions.filters.http.header_mutation.v3.Mutations, of the filter or of a route.
struct Mutations {
  Steps request;
  Steps requestTrailers;
  Steps response;
  Steps responseTrailers;
};

struct HeaderMutationOptions {
  Mutations mutations;
  bool mostSpecificWins = false;  // most_specific_header_mutations_wins: the route's are applied last
};

}  // namespace orrery::filters::header_mutation
