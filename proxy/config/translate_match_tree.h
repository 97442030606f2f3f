#pragma once

#include <functional>
#include <string_view>

#include "proxy/config/translate.h"
#include "proxy/match/match_tree.h"

namespace google::protobuf {
class Any;
}
namespace xds::type::matcher::v3 {
class Matcher;
}

namespace orrery::config {

// Gives an action its number; the path stands at it. Nothing: it was refused.
using MatchActions =
    std::function<std::optional<uint32_t>(const std::string& name, const google::protobuf::Any& action)>;

// A tree over the fields of requests; the path stands at it. Other inputs, matchers of other kinds and keep_matching are
// refused; `onlyFields` are Envoy's words for another input, before its type.
match::MatchTree toMatchTree(Translation& t, const xds::type::matcher::v3::Matcher& message,
                             const MatchActions& actions, std::string_view onlyFields);

}  // namespace orrery::config
