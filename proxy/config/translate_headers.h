#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <string>
#include <string_view>
#include <vector>

#include "envoy/config/common/mutation_rules/v3/mutation_rules.pb.h"
#include "envoy/config/core/v3/base.pb.h"
#include "envoy/config/core/v3/extension.pb.h"
#include "envoy/config/route/v3/route_components.pb.h"
#include "proxy/config/translate.h"
#include "proxy/format/format.h"

// Internal to the translators of routes; the one header here that includes generated code.
namespace orrery::config {

// The mutations of one level. `prefix` is "request" or "response".
route::HeaderLevel toLevel(Translation& t, std::string_view prefix,
                           const google::protobuf::RepeatedPtrField<envoy::config::core::v3::HeaderValueOption>& add,
                           const google::protobuf::RepeatedPtrField<std::string>& remove);

// What a list of `formatters` brings to the formats beside it (translate_formatters.cc); the path stands at its owner.
format::Extensions toFormatExtensions(
    Translation& t,
    const google::protobuf::RepeatedPtrField<envoy::config::core::v3::TypedExtensionConfig>& formatters);

// One addition and one removal; the path stands at it.
route::HeaderMutation toRemoval(Translation& t, const std::string& name);
route::HeaderMutation toAddition(Translation& t, const envoy::config::core::v3::HeaderValueOption& message,
                                 const format::Extensions& extensions = {});

// A rule that adds, removes, or removes by the shape of names; `field` is the list that holds them.
std::vector<route::HeaderMutation> toRules(
    Translation& t, std::string_view field,
    const google::protobuf::RepeatedPtrField<envoy::config::common::mutation_rules::v3::HeaderMutation>& rules,
    const format::Extensions& extensions = {});

// Mirror policies of a route, a virtual host or the configuration (translate_action.cc).
std::vector<route::MirrorPolicy> toMirrors(
    Translation& t,
    const google::protobuf::RepeatedPtrField<envoy::config::route::v3::RouteAction_RequestMirrorPolicy>& list,
    bool validate);

template <class Message>
route::HeaderLevel toRequestLevel(Translation& t, const Message& message) {
  return toLevel(t, "request", message.request_headers_to_add(), message.request_headers_to_remove());
}
template <class Message>
route::HeaderLevel toResponseLevel(Translation& t, const Message& message) {
  return toLevel(t, "response", message.response_headers_to_add(), message.response_headers_to_remove());
}

}  // namespace orrery::config
