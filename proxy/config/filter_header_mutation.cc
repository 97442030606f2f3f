#include <google/protobuf/struct.pb.h>

#include "envoy/extensions/filters/http/header_mutation/v3/header_mutation.pb.h"
#include "proxy/config/filter_pieces.h"
#include "proxy/config/filter_translator.h"
#include "proxy/config/translate_headers.h"
#include "proxy/filters/http/header_mutation/header_mutation_options.h"

namespace orrery::config {

namespace {

namespace mutation = filters::header_mutation;
namespace mutation_api = envoy::extensions::filters::http::header_mutation::v3;

mutation::QueryMutation toQueryMutation(Translation& t, const envoy::config::core::v3::KeyValueMutation& m,
                                        const format::Extensions& extensions) {
  using Kind = mutation::QueryMutation::Kind;
  if (m.has_append() && !m.remove().empty()) t.refuse("Only one of 'append'/'remove can be specified.");
  if (!m.has_append()) {
    if (m.remove().empty()) t.refuse("One of 'append'/'remove' must be specified.");
    return {Kind::kRemove, m.remove(), nullptr};
  }
  const auto scope = t.path.field("append");
  if (!m.append().has_record()) t.refuse("No record specified for append mutation.");
  const auto record = t.path.field("record");
  mutation::QueryMutation out{Kind::kAppend, m.append().record().key(), nullptr};
  switch (m.append().action()) {
    case envoy::config::core::v3::KeyValueAppend::ADD_IF_ABSENT: out.kind = Kind::kAddIfAbsent; break;
    case envoy::config::core::v3::KeyValueAppend::OVERWRITE_IF_EXISTS_OR_ADD: out.kind = Kind::kOverwriteOrAdd; break;
    case envoy::config::core::v3::KeyValueAppend::OVERWRITE_IF_EXISTS: out.kind = Kind::kOverwriteIfExists; break;
    default: break;
  }
  const auto& value = m.append().record().value();
  if (m.append().has_record() && value.kind_case() != google::protobuf::Value::kStringValue) {
    t.refuse("value", "Only string value is allowed for record value.");
  }
  auto format = format::parseFormat(value.string_value(), format::Absent::kNothing, extensions);
  if (format) out.value = *std::move(format);
  if (!format) t.refuse("value", format.error().message);
  return out;
}

std::vector<mutation::QueryMutation> toQueryMutations(Translation& t, const mutation_api::Mutations& m,
                                                      const format::Extensions& extensions) {
  std::vector<mutation::QueryMutation> out;
  forEachOf(t, "query_parameter_mutations", m.query_parameter_mutations(),
            [&](const auto& one) { out.push_back(toQueryMutation(t, one, extensions)); });
  return out;
}

mutation::Mutations toMutationLists(Translation& t, const mutation_api::Mutations& m) {
  const auto scope = t.path.field("mutations");
  const format::Extensions extensions = toFormatExtensions(t, m.formatters());
  const auto rules = [&](std::string_view field, const auto& list) { return toRules(t, field, list, extensions); };
  return {.request = rules("request_mutations", m.request_mutations()),
          .query = toQueryMutations(t, m, extensions),
          .requestTrailers = rules("request_trailers_mutations", m.request_trailers_mutations()),
          .response = rules("response_mutations", m.response_mutations()),
          .responseTrailers = rules("response_trailers_mutations", m.response_trailers_mutations())};
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
