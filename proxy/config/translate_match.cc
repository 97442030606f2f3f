#include <re2/re2.h>

#include "envoy/config/route/v3/route_components.pb.h"
#include "proxy/config/translate.h"
#include "xds/type/matcher/v3/string.pb.h"

// Envoy's deprecated fields are honoured where it honours them.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace orrery::config {

namespace {

using RegexMatcher = envoy::type::matcher::v3::RegexMatcher;
using StringKind = route::StringMatcher::Kind;

route::StringMatcher plain(StringKind kind, std::string value) {
  route::StringMatcher out;
  out.kind = kind;
  out.value = std::move(value);
  return out;
}

template <class Message>
void checkExpression(Translation& t, const Message& message) {
  const RE2 compiled(message.regex(), RE2::Quiet);
  if (!compiled.ok()) t.refuse("regex", compiled.error());
}

template <class Message>
route::StringMatcher regex(Translation& t, std::string_view field, const Message& message) {
  const auto scope = t.path.field(field);
  checkExpression(t, message);
  return plain(StringKind::kRegex, message.regex());
}

// Envoy's own message and that of xDS have the same fields.
template <class Message>
route::StringMatcher stringMatcher(Translation& t, const Message& message) {
  route::StringMatcher out;
  switch (message.match_pattern_case()) {
    case Message::kExact: out = plain(StringKind::kExact, message.exact()); break;
    case Message::kPrefix: out = plain(StringKind::kPrefix, message.prefix()); break;
    case Message::kSuffix: out = plain(StringKind::kSuffix, message.suffix()); break;
    case Message::kContains: out = plain(StringKind::kContains, message.contains()); break;
    case Message::kSafeRegex:
      out = regex(t, "safe_regex", message.safe_regex());
      if (message.ignore_case()) t.refuse("ignore_case", "ignore_case has no effect for safe_regex.");
      break;
    default: break;  // `custom` and none are refused before.
  }
  out.ignoreCase = message.ignore_case();
  return out;
}

}  // namespace

void checkRegex(Translation& t, const RegexMatcher& message) { checkExpression(t, message); }

route::FractionalPercent toFraction(const envoy::type::v3::FractionalPercent& message) {
  switch (message.denominator()) {
    case envoy::type::v3::FractionalPercent::TEN_THOUSAND: return {message.numerator(), 10'000};
    case envoy::type::v3::FractionalPercent::MILLION: return {message.numerator(), 1'000'000};
    default: return {message.numerator(), 100};
  }
}

match::RegexSubstitution toRewrite(Translation& t, std::string_view field,
                                   const envoy::type::matcher::v3::RegexMatchAndSubstitute& message) {
  const auto scope = t.path.field(field);
  match::RegexSubstitution out{message.pattern().regex(), message.substitution(), nullptr};
  const auto pattern = t.path.field("pattern");
  checkRegex(t, message.pattern());
  const RE2 compiled(out.pattern, RE2::Quiet);
  std::string error;
  if (compiled.ok() && !compiled.CheckRewriteString(out.substitution, &error)) t.refuse(error);
  return out;
}

route::RuntimeFraction toFraction(Translation& t, std::string_view field,
                                  const envoy::config::core::v3::RuntimeFractionalPercent& message) {
  const auto scope = t.path.field(field);
  route::RuntimeFraction out;
  out.defaultValue = toFraction(message.default_value());
  out.runtimeKey = message.runtime_key();
  if (!out.runtimeKey.empty()) t.runtimeKeys.insert(out.runtimeKey);
  return out;
}

runtime::Flag toFlag(Translation& t, const envoy::config::core::v3::RuntimeFeatureFlag& message) {
  t.runtimeKeys.insert(message.runtime_key());
  return {message.default_value().value(), message.runtime_key()};
}

route::StringMatcher toStringMatcher(Translation& t, const envoy::type::matcher::v3::StringMatcher& message) {
  return stringMatcher(t, message);
}

route::StringMatcher toStringMatcher(Translation& t, const xds::type::matcher::v3::StringMatcher& message) {
  return stringMatcher(t, message);
}

route::HeaderMatcher toHeaderMatcher(Translation& t, const envoy::config::route::v3::HeaderMatcher& message) {
  using Message = envoy::config::route::v3::HeaderMatcher;
  using Kind = route::HeaderMatcher::Kind;
  route::HeaderMatcher out{.name = message::HeaderName(message.name()), .string = {}};
  out.invert = message.invert_match();
  out.treatMissingAsEmpty = message.treat_missing_header_as_empty();
  out.kind = Kind::kString;
  switch (message.header_match_specifier_case()) {
    case Message::kExactMatch: out.string = plain(StringKind::kExact, message.exact_match()); break;
    case Message::kPrefixMatch: out.string = plain(StringKind::kPrefix, message.prefix_match()); break;
    case Message::kSuffixMatch: out.string = plain(StringKind::kSuffix, message.suffix_match()); break;
    case Message::kContainsMatch: out.string = plain(StringKind::kContains, message.contains_match()); break;
    case Message::kSafeRegexMatch: out.string = regex(t, "safe_regex_match", message.safe_regex_match()); break;
    case Message::kStringMatch: {
      const auto scope = t.path.field("string_match");
      out.string = toStringMatcher(t, message.string_match());
      break;
    }
    case Message::kRangeMatch:
      out.kind = Kind::kRange;
      out.rangeStart = message.range_match().start();
      out.rangeEnd = message.range_match().end();
      break;
    case Message::kPresentMatch:
      out.kind = Kind::kPresent;
      out.presentMatch = message.present_match();
      break;
    case Message::HEADER_MATCH_SPECIFIER_NOT_SET:
      out.kind = Kind::kPresent;  // A bare name asks for presence.
      break;
  }
  return out;
}

route::QueryParameterMatcher toQueryMatcher(Translation& t,
                                            const envoy::config::route::v3::QueryParameterMatcher& message) {
  route::QueryParameterMatcher out{.name = message.name(), .present = true, .string = {}};
  if (message.has_string_match()) {
    const auto scope = t.path.field("string_match");
    out.string = toStringMatcher(t, message.string_match());
  } else if (message.has_present_match()) {
    out.present = message.present_match();
  }
  return out;
}

route::RouteMatch toRouteMatch(Translation& t, const envoy::config::route::v3::RouteMatch& message) {
  using Message = envoy::config::route::v3::RouteMatch;
  using Kind = route::RouteMatch::PathKind;
  route::RouteMatch out;
  switch (message.path_specifier_case()) {
    case Message::kPrefix:
      out.pathKind = Kind::kPrefix;
      out.path = message.prefix();
      break;
    case Message::kPath:
      out.pathKind = Kind::kExact;
      out.path = message.path();
      break;
    case Message::kSafeRegex: {
      out.pathKind = Kind::kRegex;
      out.path = message.safe_regex().regex();
      const auto scope = t.path.field("safe_regex");
      checkRegex(t, message.safe_regex());
      break;
    }
    case Message::kPathSeparatedPrefix:
      out.pathKind = Kind::kPathSeparatedPrefix;
      out.path = message.path_separated_prefix();
      break;
    case Message::kConnectMatcher: out.pathKind = Kind::kConnect; break;
    case Message::kPathMatchPolicy: setPathPolicy(t, message, out); break;
    default: break;  // a route without any is refused before
  }
  if (message.has_case_sensitive()) out.caseSensitive = message.case_sensitive().value();
  if (message.has_runtime_fraction())
    out.runtimeFraction = toFraction(t, "runtime_fraction", message.runtime_fraction());
  out.grpc = message.has_grpc();
  forEachOf(t, "headers", message.headers(), [&](const auto& m) { out.headers.push_back(toHeaderMatcher(t, m)); });
  forEachOf(t, "query_parameters", message.query_parameters(),
            [&](const auto& parameter) { out.queryParameters.push_back(toQueryMatcher(t, parameter)); });
  forEachOf(t, "cookies", message.cookies(), [&](const auto& cookie) {
    const auto inner = t.path.field("string_match");
    out.cookies.push_back({cookie.name(), toStringMatcher(t, cookie.string_match()), cookie.invert_match()});
  });
  forEachOf(t, "dynamic_metadata", message.dynamic_metadata(),
            [&](const auto& m) { out.metadata.push_back(toMetadataMatcher(t, m)); });
  forEachOf(t, "filter_state", message.filter_state(), [&](const auto& m) {
    out.filterState = true;
    const auto inner = t.path.field("string_match");
    if (m.has_string_match()) toStringMatcher(t, m.string_match());
  });
  return out;
}

}  // namespace orrery::config
