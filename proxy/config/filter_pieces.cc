#include "proxy/config/filter_pieces.h"

#include "envoy/config/route/v3/route_components.pb.h"
#include "envoy/type/v3/percent.pb.h"
#include "proxy/compression/dictionary.h"

namespace orrery::config {

// A bad expression was refused by the translators that are called here; compiling it again says nothing new.

match::StringMatcher toReadyMatcher(Translation& t, const envoy::type::matcher::v3::StringMatcher& message) {
  match::StringMatcher out = toStringMatcher(t, message);
  std::ignore = match::compileMatcher(out);
  return out;
}

std::vector<match::HeaderMatcher> toReadyMatchers(
    Translation& t, std::string_view field,
    const google::protobuf::RepeatedPtrField<envoy::config::route::v3::HeaderMatcher>& messages) {
  std::vector<match::HeaderMatcher> out;
  forEachOf(t, field, messages, [&](const auto& m) { out.push_back(toHeaderMatcher(t, m)); });
  std::ignore = match::compileMatchers(out);
  return out;
}

match::HeaderMatcher toReadyMatcher(Translation& t, std::string_view field,
                                    const envoy::config::route::v3::HeaderMatcher& message) {
  const auto scope = t.path.field(field);
  std::vector<match::HeaderMatcher> one = {toHeaderMatcher(t, message)};
  std::ignore = match::compileMatchers(one);
  return std::move(one.front());
}

route::MutationRules toMutationRules(Translation& t, std::string_view field,
                                     const envoy::config::common::mutation_rules::v3::HeaderMutationRules& message) {
  const auto scope = t.path.field(field);
  const auto expression = [&](std::string_view name, bool has, const envoy::type::matcher::v3::RegexMatcher& m) {
    std::shared_ptr<const re2::RE2> out;
    if (!has) return out;
    const auto inner = t.path.field(name);
    checkRegex(t, m);
    if (auto compiled = match::compileRegex(m.regex())) out = std::move(*compiled);
    return out;
  };
  return {.allowRouting = message.allow_all_routing().value(),
          .allowEnvoy = message.allow_envoy().value(),
          .disallowSystem = message.disallow_system().value(),
          .disallowAll = message.disallow_all().value(),
          .disallowIsError = message.disallow_is_error().value(),
          .allowed = expression("allow_expression", message.has_allow_expression(), message.allow_expression()),
          .disallowed =
              expression("disallow_expression", message.has_disallow_expression(), message.disallow_expression())};
}

route::HeaderLevel toAdditions(
    Translation& t, std::string_view field,
    const google::protobuf::RepeatedPtrField<envoy::config::core::v3::HeaderValueOption>& messages) {
  route::HeaderLevel out;
  forEachOf(t, field, messages, [&](const auto& m) { out.mutations.push_back(toAddition(t, m)); });
  return out;
}

// Envoy 1.40 ends with a backtrace for others.
std::string toZstdDictionary(Translation& t, std::string_view field,
                             const envoy::config::core::v3::DataSource& message) {
  std::string bytes = toFilledText(t, field, message);
  if (bytes.empty() || compression::dictionaryId(bytes) != 0) return bytes;
  t.refuse(field, "these " + std::to_string(bytes.size()) +
                      " bytes are no dictionary of zstd with a number (as `zstd --train` makes them)");
  return {};
}

}  // namespace orrery::config
