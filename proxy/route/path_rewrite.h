#pragma once

#include <memory>
#include <optional>
#include <string>

#include "proxy/format/format.h"
#include "proxy/match/regex.h"
#include "proxy/message/header_map.h"
#include "proxy/route/route_match.h"

namespace orrery::route {

// prefix_rewrite, regex_rewrite and path_rewrite of an action or a redirect; at most one of them.
struct PathRewrite {
  std::optional<std::string> prefix;
  std::optional<match::RegexSubstitution> regex;
  std::shared_ptr<const format::Formatter> format = nullptr;  // the whole path; what gives none leaves it as it is
};

// Rewrites the path of `headers`, which `match` matched: the part that the prefix matched (for an expression all of it),
// or what the expression finds; query and fragment stay. A path that does not begin with the prefix, because it matched
// without its parameters, stays as it is (Envoy 1.40). With `insertOriginal` the old path is kept in
// x-envoy-original-path.
// Formats speak of `info` and of `headers` as they are.
void rewritePath(const PathRewrite& rewrite, const RouteMatch& match, const stream_info::StreamInfo& info,
                 message::HeaderMap& headers, bool insertOriginal);

}  // namespace orrery::route
