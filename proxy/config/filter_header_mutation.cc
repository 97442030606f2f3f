#include "envoy/extensions/filters/http/header_mutation/v3/header_mutation.pb.h"
#include "proxy/config/filter_pieces.h"
#include "proxy/config/filter_translator.h"
#include "proxy/filters/http/header_mutation/header_mutation_options.h"

namespace orrery::config {

namespace {

namespace mutation = filters::header_mutation;
namespace mutation_api = envoy::extensions::filters::http::header_mutation::v3;
mutation::Mutations toMutationLists(Translation& t, const mutation_api::Mutations& m) {
  const auto scope = t.path.field("mutations");
  return {.request = toRules(t, "request_mutations", m.request_mutations()),
          .requestTrailers = toRules(t, "request_trailers_mutations", m.request_trailers_mutations()),
          .response = toRules(t, "response_mutations", m.response_mutations()),
          .responseTrailers = toRules(t, "response_trailers_mutations", m.response_trailers_mutations())};
}

mutation::HeaderMutationOptions toHeaderMutation(Translation& t, const mutation_api::HeaderMutation& m) {
  return {toMutationLists(t, m.mutations()), m.most_specific_header_mutations_wins()};
}

mutation::Mutations toHeaderMutationRoute(Translation& t, const mutation_api::HeaderMutationPerRoute& m) {
  return toMutationLists(t, m.mutations());
}

}  // namespace

const FilterTranslator kHeaderMutationTranslator{
    .typeName = "envoy.filters.http.header_mutation",
    .message = "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
    .translate = translated<mutation_api::HeaderMutation, toHeaderMutation>,
    .routeMessage = "envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute",
    .translateRoute = translated<mutation_api::HeaderMutationPerRoute, toHeaderMutationRoute>,
    .side = FilterSide::kBoth};

}  // namespace orrery::config
