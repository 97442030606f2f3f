#pragma once

#include <vector>

#include "proxy/filters/http/header_mutation/query_mutation.h"
#include "proxy/route/header_mutation.h"

namespace orrery::filters::header_mutation {

// envoy.extensions.filters.http.header_mutation.v3.Mutations, of the filter or of a route.
struct Mutations {
  std::vector<route::HeaderMutation> request;
  std::vector<QueryMutation> query;  // after `request`
  std::vector<route::HeaderMutation> requestTrailers;
  std::vector<route::HeaderMutation> response;
  std::vector<route::HeaderMutation> responseTrailers;
};

struct HeaderMutationOptions {
  Mutations mutations;
  bool mostSpecificWins = false;  // most_specific_header_mutations_wins: the route's are applied last
};

}  // namespace orrery::filters::header_mutation
