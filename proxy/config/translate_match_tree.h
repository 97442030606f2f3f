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

// What a place allows of inputs.
struct MatchInputs {
  bool network = false;  // addresses and ports, too
  bool stream = false;   // and what is known of a request that has a route: dynamic metadata, all of it for CEL
  // Envoy's words for another input, around its type.
  std::string_view before;
  std::string_view behind = {};
};

// A tree over the fields of requests and where they come from; the path stands at it. Other inputs, matchers of other kinds
// and keep_matching are refused.
match::MatchTree toMatchTree(Translation& t, const xds::type::matcher::v3::Matcher& message,
                             const MatchActions& actions, const MatchInputs& inputs);

}  // namespace orrery::config
