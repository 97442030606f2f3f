#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/ascii.h"
#include "proxy/match/fraction.h"
#include "proxy/match/header_matcher.h"
#include "proxy/route/metadata_matcher.h"

// What a route asks of a request (envoy.config.route.v3.RouteMatch), as plain data.
namespace orrery::route {

using match::FractionalPercent;
using match::HeaderMatcher;
using match::RuntimeFraction;
using match::StringMatcher;

struct QueryParameterMatcher {
  std::string name;
  bool present = true;  // without `string`: only presence
  std::optional<StringMatcher> string;
};

struct CookieMatcher {
  std::string name;
  StringMatcher string;
  bool invert = false;
};

struct RouteMatch {
  // kConnect: any CONNECT (connect_matcher), which needs no path. kTemplate: an expression for the path as it came, with
  // its parameters.
  enum class PathKind : uint8_t { kPrefix, kExact, kRegex, kPathSeparatedPrefix, kConnect, kTemplate };
  PathKind pathKind = PathKind::kPrefix;
  std::string path;
  bool caseSensitive = true;
  bool grpc = false;                      // only requests with gRPC's content type
  std::shared_ptr<const re2::RE2> regex;  // kRegex, kTemplate: filled by RouteTable::compile in its own copy
  std::vector<HeaderMatcher> headers;
  std::vector<QueryParameterMatcher> queryParameters;
  std::vector<CookieMatcher> cookies;
  std::vector<MetadataMatcher> metadata;  // dynamic_metadata: of what filters wrote until the route is chosen
  bool filterState = false;               // asks for filter state, of which there is none: never matches
  std::optional<RuntimeFraction> runtimeFraction;
};

// Whether the path begins as `match.path` says, which is no expression.
inline bool startsWithPath(std::string_view path, const RouteMatch& match) {
  return match.caseSensitive ? path.starts_with(match.path) : startsWithIgnoreCase(path, match.path);
}

}  // namespace orrery::route
