// Generated route tables and requests against a model that reads the rules of Envoy's documentation one after the other:
// route_components.proto (VirtualHost.domains, RouteMatch, HeaderMatcher), without indexes and without proxy/match.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tests/unit/proxy/route/builders.h"

namespace orrery::route {
namespace {

using PathKind = RouteMatch::PathKind;

// ---- the model ----

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
}

struct ModelRequest {
  std::string host, path, query, kind, cookie;
  bool grpc = false;
};

int domainRank(const std::string& given, const std::string& host) {
  const std::string domain = lower(given);
  const int length = static_cast<int>(domain.size());
  if (domain == "*") return 1;
  if (domain == host) return 30000;
  if (host.size() < domain.size()) return 0;
  if (domain.front() == '*' && host.ends_with(domain.substr(1))) return 20000 + length;
  if (domain.back() == '*' && host.starts_with(domain.substr(0, domain.size() - 1))) return 10000 + length;
  return 0;
}

bool pathFits(const RouteMatch& match, std::string path) {
  std::string wanted = match.path;
  if (!match.caseSensitive) {
    path = lower(path);
    wanted = lower(wanted);
  }
  switch (match.pathKind) {
    case PathKind::kPrefix: return path.compare(0, wanted.size(), wanted) == 0;
    case PathKind::kExact: return path == wanted;
    case PathKind::kPathSeparatedPrefix: return path == wanted || path.compare(0, wanted.size() + 1, wanted + "/") == 0;
    case PathKind::kRegex: break;
    case PathKind::kConnect:
    case PathKind::kTemplate: break;  // not generated
  }
  // The generator makes only "<literal>.*".
  const std::string literal = wanted.substr(0, wanted.size() - 2);
  return path.compare(0, literal.size(), literal) == 0;
}

bool textFits(const StringMatcher& matcher, std::string text) {
  std::string wanted = matcher.value;
  if (matcher.ignoreCase) {
    text = lower(text);
    wanted = lower(wanted);
  }
  switch (matcher.kind) {
    case StringMatcher::Kind::kExact: return text == wanted;
    case StringMatcher::Kind::kPrefix: return text.substr(0, wanted.size()) == wanted;
    case StringMatcher::Kind::kSuffix:
      return text.size() >= wanted.size() && text.substr(text.size() - wanted.size()) == wanted;
    case StringMatcher::Kind::kContains: return text.find(wanted) != std::string::npos;
    case StringMatcher::Kind::kRegex: break;
  }
  return text == wanted;  // the generator makes only literals
}

// The generator only asks for "x-kind".
bool headerFits(const HeaderMatcher& matcher, const std::string& kind) {
  const bool there = !kind.empty();
  if (matcher.kind == HeaderMatcher::Kind::kPresent) {
    return ((there || matcher.treatMissingAsEmpty) == matcher.presentMatch) != matcher.invert;
  }
  if (!there && !matcher.treatMissingAsEmpty) return false;
  return textFits(matcher.string, kind) != matcher.invert;
}

bool routeFits(const RouteMatch& match, const ModelRequest& r) {
  if (!pathFits(match, r.path)) return false;
  for (const HeaderMatcher& m : match.headers) {
    if (!headerFits(m, r.kind)) return false;
  }
  for (const QueryParameterMatcher& q : match.queryParameters) {
    // Only "q" is asked for, and a request has "q=<value>" or no query.
    const bool there = !r.query.empty();
    if (q.string ? !(there && textFits(*q.string, r.query.substr(2))) : there != q.present) return false;
  }
  for (const CookieMatcher& c : match.cookies) {
    if ((!r.cookie.empty() && textFits(c.string, r.cookie)) == c.invert) return false;
  }
  return !match.grpc || r.grpc;
}

std::string modelMatch(const RouteConfig& config, const ModelRequest& r) {
  const VirtualHost* best = nullptr;
  int bestRank = 0;
  for (const VirtualHost& host : config.virtualHosts) {
    for (const std::string& domain : host.domains) {
      const int rank = domainRank(domain, lower(r.host));
      if (rank > bestRank) {
        bestRank = rank;
        best = &host;
      }
    }
  }
  if (best == nullptr) return "-";
  for (const Route& route : best->routes) {
    if (routeFits(route.match, r)) return route.name;
  }
  return "-";
}

// ---- the generator: few words, so that things meet ----

std::string oneOf(const std::vector<std::string>& words) { return *rc::gen::elementOf(words); }

std::string anyPath() {
  std::string path;
  const int segments = *rc::gen::inRange(1, 4);
  for (int i = 0; i < segments; ++i) path += "/" + oneOf({"", "a", "A", "ab", "b"});
  return path;
}

StringMatcher anyString(bool mayIgnoreCase) {
  StringMatcher matcher;
  matcher.kind = *rc::gen::elementOf(std::vector{StringMatcher::Kind::kExact, StringMatcher::Kind::kPrefix,
                                                 StringMatcher::Kind::kSuffix, StringMatcher::Kind::kContains,
                                                 StringMatcher::Kind::kRegex});
  matcher.value = oneOf({"x", "X", "xy", "y"});
  matcher.ignoreCase = mayIgnoreCase && matcher.kind != StringMatcher::Kind::kRegex && *rc::gen::arbitrary<bool>();
  return matcher;
}

bool rarely() { return *rc::gen::inRange(0, 4) == 0; }

RouteMatch anyMatch() {
  RouteMatch match;
  match.pathKind = *rc::gen::elementOf(
      std::vector{PathKind::kPrefix, PathKind::kExact, PathKind::kPathSeparatedPrefix, PathKind::kRegex});
  match.path = anyPath();
  if (match.pathKind == PathKind::kRegex) {
    match.path += ".*";
  } else {
    match.caseSensitive = !rarely();
  }
  if (rarely()) {
    HeaderMatcher header{.name = message::HeaderName("x-kind"), .string = {}};
    header.kind = rarely() ? HeaderMatcher::Kind::kPresent : HeaderMatcher::Kind::kString;
    header.presentMatch = *rc::gen::arbitrary<bool>();
    header.string = anyString(true);
    header.invert = *rc::gen::arbitrary<bool>();
    header.treatMissingAsEmpty = *rc::gen::arbitrary<bool>();
    match.headers.push_back(header);
  }
  if (rarely()) {
    QueryParameterMatcher query{.name = "q", .present = *rc::gen::arbitrary<bool>(), .string = {}};
    if (*rc::gen::arbitrary<bool>()) query.string = anyString(true);
    match.queryParameters.push_back(query);
  }
  if (rarely()) match.cookies.push_back({"c", anyString(true), *rc::gen::arbitrary<bool>()});
  match.grpc = rarely() && rarely();
  return match;
}

RC_GTEST_PROP(RouteTable, ChoosesWhatTheRulesSay, ()) {
  const std::vector<std::string> domains{"*", "a.test", "b.test", "*.test", "*b.test", "a.*", "A*", "*.A.test"};
  std::vector<VirtualHost> hosts;
  std::vector<std::string> left = domains;
  const int count = *rc::gen::inRange(1, 4);
  for (int h = 0; h < count; ++h) {
    std::vector<std::string> own;
    const int wanted = *rc::gen::inRange(1, 3);
    for (int d = 0; d < wanted && !left.empty(); ++d) {
      const auto at = left.begin() + *rc::gen::inRange<long>(0, static_cast<long>(left.size()));
      own.push_back(*at);
      left.erase(at);
    }
    // Long lists are indexed, short ones are not.
    std::vector<Route> routes;
    const int n = *rc::gen::inRange(0, 60);
    for (int i = 0; i < n; ++i) {
      routes.push_back(test::routeTo("h" + std::to_string(h) + "r" + std::to_string(i), anyMatch()));
    }
    hosts.push_back(test::virtualHost("h" + std::to_string(h), own, std::move(routes)));
  }
  const auto config = test::config(std::move(hosts));
  const auto table = RouteTable::compile(config);
  RC_ASSERT(table.has_value());
  int matched = 0;
  for (int i = 0; i < 20; ++i) {
    ModelRequest r;
    r.host = oneOf({"a.test", "b.test", "A.TEST", "x.a.test", "bb.test", "a.org", "other"});
    r.path = anyPath();
    if (*rc::gen::arbitrary<bool>()) r.query = "q=" + oneOf({"x", "xy", ""});
    if (*rc::gen::arbitrary<bool>()) r.kind = oneOf({"x", "XY", "y"});
    if (*rc::gen::arbitrary<bool>()) r.cookie = oneOf({"x", "xy", "z"});
    r.grpc = *rc::gen::arbitrary<bool>();
    test::Request request(r.query.empty() ? r.path : r.path + "?" + r.query, r.host);
    if (!r.kind.empty()) request.headers.add(message::HeaderName("x-kind"), r.kind);
    if (!r.cookie.empty()) request.headers.add(message::HeaderName("cookie"), "d=1; c=" + r.cookie);
    if (r.grpc) request.headers.add(message::HeaderName("content-type"), "application/grpc");
    const std::string expected = modelMatch(*config, r);
    RC_ASSERT(test::matched(**table, request) == expected);
    if (expected != "-") ++matched;
  }
  RC_TAG(matched > 0);
}

}  // namespace
}  // namespace orrery::route
