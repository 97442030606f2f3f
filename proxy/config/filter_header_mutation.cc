#include "envoy/extensions/filters/http/header_mutation/v3/header_mutation.pb.h"
#include "proxy/config/filter_pieces.h"
#include "proxy/config/filter_translator.h"
#include "proxy/filters/http/header_mutation/header_mutation_options.h"

namespace orrery::config {

namespace {

namespace mutation = filters::header_mutation;
namespace mutation_api = envoy::extensions::filters::http::header_mutation::v3;
using MutationRule = envoy::config::common::mutation_rules::v3::HeaderMutation;

mutation::Steps toSteps(Translation& t, std::string_view field,
                        const google::protobuf::RepeatedPtrField<MutationRule>& rules) {
  mutation::Steps out;
  forEachOf(t, field, rules, [&](const MutationRule& rule) {
    mutation::Step& step = out.emplace_back();
    if (rule.has_append()) {
      const auto scope = t.path.field("append");
      step.mutation.push_back(toAddition(t, rule.append()));
    } else if (rule.has_remove_on_match()) {
      const auto scope = t.path.field("remove_on_match");
      const auto inner = t.path.field("key_matcher");
      step.removeMatching = toReadyMatcher(t, rule.remove_on_match().key_matcher());
    } else {
      const auto scope = t.path.field("remove");
      step.mutation.push_back(toRemoval(t, rule.remove()));
    }
  });
  return out;
}

mutation::Mutations toMutationLists(Translation& t, const mutation_api::Mutations& m) {
  const auto scope = t.path.field("mutations");
  return {.request = toSteps(t, "request_mutations", m.request_mutations()),
          .requestTrailers = toSteps(t, "request_trailers_mutations", m.request_trailers_mutations()),
          .response = toSteps(t, "response_mutations", m.response_mutations()),
          .responseTrailers = toSteps(t, "response_trailers_mutations", m.response_trailers_mutations())};
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
    .translateRoute = translated<mutation_api::HeaderMutationPerRoute, toHeaderMutationRoute>};

}  // namespace orrery::config
