#include "proxy/route/finalize.h"

#include <gtest/gtest.h>

#include "proxy/route/path_rewrite.h"
#include "tests/unit/proxy/route/builders.h"

namespace orrery::route {
namespace {

using message::HeaderId;
using test::pathMatch;
using test::prefix;
using test::Request;
using test::routeTo;

HeaderMutation mutation(HeaderMutation::Kind kind, std::string_view name, std::string value = "") {
  return {kind, message::HeaderName(name), std::move(value), false};
}

TEST(Finalize, MutationsApplyInOrder) {
  using Kind = HeaderMutation::Kind;
  Request request("/", "h", {{"x-old", "1"}, {"x-set", "1"}, {"x-set", "2"}});
  applyMutations({mutation(Kind::kRemove, "x-old"), mutation(Kind::kAppendIfExistsOrAdd, "x-set", "3"),
                  mutation(Kind::kAddIfAbsent, "x-set", "no"), mutation(Kind::kAddIfAbsent, "x-new", "yes"),
                  mutation(Kind::kOverwriteIfExists, "x-none", "no"), mutation(Kind::kAppendIfExistsOrAdd, "x-empty")},
                 {test::kNoInfo, &request.headers}, request.headers);
  const message::HeaderName set("x-set");
  EXPECT_EQ(request.headers.getJoined(set), "1,2,3");
  EXPECT_FALSE(request.headers.has(message::HeaderName("x-old")));
  EXPECT_FALSE(request.headers.has(message::HeaderName("x-none")));
  EXPECT_FALSE(request.headers.has(message::HeaderName("x-empty")));
  EXPECT_EQ(request.headers.get(message::HeaderName("x-new")), "yes");
  applyMutations({mutation(Kind::kOverwriteIfExistsOrAdd, "x-set", "9")}, {test::kNoInfo, &request.headers},
                 request.headers);
  EXPECT_EQ(request.headers.getJoined(set), "9");
}

// The fields that are not pseudo headers, as "name=value;".
std::string fields(const message::HeaderMap& headers) {
  std::string out;
  for (const auto& e : headers) {
    if (!e.name.starts_with(':')) out += std::string(e.name) + "=" + std::string(e.value) + ";";
  }
  return out;
}
HeaderMutation formatted(HeaderMutation::Kind kind, std::string_view name, std::string_view text) {
  HeaderMutation m = mutation(kind, name);
  m.format = *format::parseFormat(text, format::Absent::kNothing);
  return m;
}

TEST(HeaderLevel, ValuesAndConditionsSpeakOfTheHeadersBeforeAnyChange) {
  using Kind = HeaderMutation::Kind;
  Request request("/", "h", {{"a", "1"}, {"b", "2"}});
  applyLevel({{formatted(Kind::kAppendIfExistsOrAdd, "a", "%REQ(b)%"),
               formatted(Kind::kAppendIfExistsOrAdd, "b", "%REQ(a)%"), mutation(Kind::kAddIfAbsent, "c", "2"),
               mutation(Kind::kAddIfAbsent, "c", "3"), mutation(Kind::kOverwriteIfExists, "d", "no")}},
             {test::kNoInfo, &request.headers}, request.headers);
  EXPECT_EQ(fields(request.headers), "a=1;b=2;a=2;b=1;c=2;c=3;");
}

TEST(HeaderLevel, WhatIsRemovedIsGoneForTheFormats) {
  using Kind = HeaderMutation::Kind;
  Request request("/", "h", {{"a", "1"}});
  applyLevel({{mutation(Kind::kRemove, "a"), formatted(Kind::kAppendIfExistsOrAdd, "b", "%REQ(a)%")}},
             {test::kNoInfo, &request.headers}, request.headers);
  EXPECT_EQ(fields(request.headers), "");
}

TEST(HeaderLevel, OverwritesComeBeforeAdditions) {
  using Kind = HeaderMutation::Kind;
  Request request("/", "h", {{"c", "1"}, {"e", "1"}});
  applyLevel({{mutation(Kind::kAppendIfExistsOrAdd, "a", "2"), mutation(Kind::kOverwriteIfExistsOrAdd, "c", "2"),
               mutation(Kind::kAddIfAbsent, "d", "2"), mutation(Kind::kOverwriteIfExists, "e", "2")}},
             {test::kNoInfo, &request.headers}, request.headers);
  EXPECT_EQ(fields(request.headers), "c=2;e=2;a=2;d=2;");
}

TEST(Finalize, EachLevelSeesWhatTheOneBeforeLeft) {
  using Kind = HeaderMutation::Kind;
  Route route = routeTo("r", prefix("/"));
  for (const char* level : {"route", "host"}) {
    route.requestHeaders.push_back({{formatted(Kind::kAppendIfExistsOrAdd, "a", std::string(level) + " %REQ(b)%"),
                                     mutation(Kind::kOverwriteIfExistsOrAdd, "b", level)}});
  }
  Request request("/", "h", {{"b", "none"}});
  finalizeRequestHeaders(route, nullptr, test::kNoInfo, request.headers, true);
  EXPECT_EQ(fields(request.headers), "a=route none;b=host;a=host route;");
}

TEST(Finalize, RewritesTellWhatWasThere) {
  Route route = routeTo("r", prefix("/api"));
  route.action->pathRewrite.prefix = "/v2";
  route.action->hostRewriteLiteral = "inner";
  Request request("/api/x?q=1", "outer");
  finalizeRequestHeaders(route, nullptr, test::kNoInfo, request.headers, true);
  EXPECT_EQ(request.headers.path(), "/v2/x?q=1");
  EXPECT_EQ(request.headers.authority(), "inner");
  EXPECT_EQ(request.headers.get(HeaderId::kEnvoyOriginalPath), "/api/x?q=1");
  EXPECT_EQ(request.headers.get(HeaderId::kEnvoyOriginalHost), "outer");
}

TEST(Finalize, SuppressedHeadersSayNothing) {
  Route route = routeTo("r", prefix("/api"));
  route.action->pathRewrite.prefix = "/";
  Request request("/api", "outer");
  finalizeRequestHeaders(route, nullptr, test::kNoInfo, request.headers, false);
  EXPECT_EQ(request.headers.path(), "/");
  EXPECT_FALSE(request.headers.has(HeaderId::kEnvoyOriginalPath));
}

TEST(Finalize, ForwardedHostGrowsUnlessItEndsInTheHost) {
  Route route = routeTo("r", prefix("/"));
  route.action->hostRewriteLiteral = "inner";
  route.action->appendXForwardedHost = true;
  Request fresh("/", "outer");
  finalizeRequestHeaders(route, nullptr, test::kNoInfo, fresh.headers, true);
  EXPECT_EQ(fresh.headers.get(HeaderId::kXForwardedHost), "outer");
  Request more("/", "outer", {{"x-forwarded-host", "first"}});
  finalizeRequestHeaders(route, nullptr, test::kNoInfo, more.headers, true);
  EXPECT_EQ(more.headers.get(HeaderId::kXForwardedHost), "first,outer");
  Request same("/", "outer", {{"x-forwarded-host", "first,outer"}});
  finalizeRequestHeaders(route, nullptr, test::kNoInfo, same.headers, true);
  EXPECT_EQ(same.headers.get(HeaderId::kXForwardedHost), "first,outer");
}

// Both the route and its weighted cluster set x-who: whose is it?
std::string lastWord(bool weightedMutationsLast) {
  using Kind = HeaderMutation::Kind;
  Route route = routeTo("r", prefix("/"));
  route.weightedMutationsLast = weightedMutationsLast;
  route.requestHeaders.push_back({{mutation(Kind::kOverwriteIfExistsOrAdd, "x-who", "route")}});
  WeightedCluster weighted;
  weighted.requestHeaders.mutations.push_back(mutation(Kind::kOverwriteIfExistsOrAdd, "x-who", "cluster"));
  Request request("/");
  finalizeRequestHeaders(route, &weighted, test::kNoInfo, request.headers, true);
  return std::string(request.headers.get(message::HeaderName("x-who")));
}

TEST(Finalize, WeightedClustersChangeHeadersBeforeTheRoute) { EXPECT_EQ(lastWord(false), "route"); }
TEST(Finalize, TheMostSpecificLevelWinsLast) { EXPECT_EQ(lastWord(true), "cluster"); }

TEST(Finalize, FormatsSpeakOfTheRequestAndLeaveOutWhatIsAbsent) {
  using Kind = HeaderMutation::Kind;
  Route route = routeTo("r", prefix("/"));
  for (const auto& [name, text] : {std::pair{"x-path", "<%REQ(:PATH)%>"}, std::pair{"x-none", "%REQ(X-NOBODY)%"}}) {
    route.requestHeaders.push_back({{formatted(Kind::kAppendIfExistsOrAdd, name, text)}});
  }
  Request request("/a");
  finalizeRequestHeaders(route, nullptr, test::kNoInfo, request.headers, true);
  EXPECT_EQ(request.headers.get(message::HeaderName("x-path")), "</a>");
  EXPECT_FALSE(request.headers.has(message::HeaderName("x-none")));
}

TEST(Finalize, TheHostMayComeFromAHeaderOrThePath) {
  Route route = routeTo("r", prefix("/"));
  route.action->hostRewriteHeader.emplace("x-host");
  Request without("/", "outer");
  finalizeRequestHeaders(route, nullptr, test::kNoInfo, without.headers, true);
  EXPECT_EQ(without.headers.authority(), "outer");
  Request with("/", "outer", {{"x-host", "inner"}});
  finalizeRequestHeaders(route, nullptr, test::kNoInfo, with.headers, true);
  EXPECT_EQ(with.headers.authority(), "inner");
  route.action->hostRewriteHeader.reset();
  route.action->hostRewritePath = match::RegexSubstitution{"^/([^/]+)/.*$", "\\1.test", nullptr};
  ASSERT_TRUE(match::compile(*route.action->hostRewritePath));
  Request path("/shop/cart?q=/x/", "outer");
  finalizeRequestHeaders(route, nullptr, test::kNoInfo, path.headers, true);
  EXPECT_EQ(path.headers.authority(), "shop.test");
}

TEST(Finalize, ARegexRewriteKeepsTheQuery) {
  Route route = routeTo("r", prefix("/"));
  route.action->pathRewrite.regex = match::RegexSubstitution{"/x", "/yy", nullptr};
  ASSERT_TRUE(match::compile(*route.action->pathRewrite.regex));
  Request request("/x/x?to=/x", "h");
  finalizeRequestHeaders(route, nullptr, test::kNoInfo, request.headers, true);
  EXPECT_EQ(request.headers.path(), "/yy/yy?to=/x");
  EXPECT_EQ(request.headers.get(HeaderId::kEnvoyOriginalPath), "/x/x?to=/x");
}

TEST(Finalize, AnExpressionIsReplacedWithoutItsQuery) {
  Request request("/r12?q", "h");
  rewritePath({"/new", {}}, pathMatch(RouteMatch::PathKind::kRegex, "/r[0-9]+"), test::kNoInfo, request.headers, true);
  EXPECT_EQ(request.headers.path(), "/new?q");
}

TEST(Finalize, APathThatMatchedWithoutItsParametersKeepsItsPrefix) {
  Request request("/a;p=1/b?q", "h");
  rewritePath({"/z", {}}, prefix("/a/b"), test::kNoInfo, request.headers, true);
  EXPECT_EQ(request.headers.path(), "/a;p=1/b?q");
  EXPECT_FALSE(request.headers.has(HeaderId::kEnvoyOriginalPath));
}

TEST(Finalize, TheOldHostIsToldBeforeTheForwardedOne) {
  Route route = routeTo("r", prefix("/"));
  route.action->hostRewriteLiteral = "inner";
  route.action->appendXForwardedHost = true;
  Request request("/", "outer");
  finalizeRequestHeaders(route, nullptr, test::kNoInfo, request.headers, true);
  EXPECT_EQ(fields(request.headers), "x-envoy-original-host=outer;x-forwarded-host=outer;");
}

// What a format says nothing of stays; the query stays, too.
TEST(Finalize, FormatsMakeThePathAndTheHost) {
  Route route = routeTo("r", prefix("/"));
  route.action->pathRewrite.format = *format::parseFormat("/new/%REQ(x-a)%", format::Absent::kNothing);
  route.action->hostRewriteFormat = *format::parseFormat("%REQ(x-a)%.test");
  Request request("/old?q", "h", {{"x-a", "1"}});
  finalizeRequestHeaders(route, nullptr, test::kNoInfo, request.headers, true);
  EXPECT_EQ(request.headers.path(), "/new/1?q");
  EXPECT_EQ(request.headers.authority(), "1.test");
  route.action->pathRewrite.format = *format::parseFormat("%REQ(x-none)%", format::Absent::kNothing);
  Request other("/old?q", "h");
  finalizeRequestHeaders(route, nullptr, test::kNoInfo, other.headers, true);
  EXPECT_EQ(other.headers.path(), "/old?q");
}

struct RedirectCase {
  RedirectAction redirect;
  std::string path;
  std::string host;
  std::string proto;
  std::string location;
};
std::string locationOf(const RedirectCase& c) {
  Route route;
  route.redirect = c.redirect;
  Request request(c.path, c.host, {{"x-forwarded-proto", c.proto}});
  request.headers.add(HeaderId::kScheme, c.proto);
  return std::string(redirectLocation(route, test::kNoInfo, request.headers));
}
RedirectAction https() {
  RedirectAction r;
  r.httpsRedirect = true;
  return r;
}

TEST(Redirect, KeepsHostPathAndQuery) {
  EXPECT_EQ(locationOf({{}, "/a?b=c", "h.com:81", "http", ""}), "http://h.com:81/a?b=c");
}

TEST(Redirect, DropsADefaultPortWhenTheSchemeChanges) {
  EXPECT_EQ(locationOf({https(), "/", "h.com:80", "http", ""}), "https://h.com/");
  EXPECT_EQ(locationOf({https(), "/", "[::1]:80", "http", ""}), "https://[::1]/");
  EXPECT_EQ(locationOf({https(), "/", "[::1]", "http", ""}), "https://[::1]/");
  EXPECT_EQ(locationOf({https(), "/", "h.com:8080", "http", ""}), "https://h.com:8080/");
  EXPECT_EQ(locationOf({https(), "/", "h.com:443", "https", ""}), "https://h.com:443/");
}

TEST(Redirect, APortReplacesTheRequests) {
  RedirectAction r;
  r.port = 9000;
  EXPECT_EQ(locationOf({r, "/", "h.com:80", "http", ""}), "http://h.com:9000/");
}

TEST(Redirect, APathKeepsTheQueryUnlessItHasOneOrItIsStripped) {
  RedirectAction r;
  r.pathRedirect = "/new";
  r.host = "other";
  EXPECT_EQ(locationOf({r, "/old?q=1", "h", "http", ""}), "http://other/new?q=1");
  r.stripQuery = true;
  EXPECT_EQ(locationOf({r, "/old?q=1", "h", "http", ""}), "http://other/new");
  r.pathRedirect = "/new?own";
  EXPECT_EQ(locationOf({r, "/old?q=1", "h", "http", ""}), "http://other/new?own");
}

TEST(RetryOn, KnowsEnvoysWordsAndGivesBackTheOthers) {
  std::string unknown;
  EXPECT_EQ(parseRetryOn("5xx, reset,,connect-failure ", &unknown),
            kRetryOn5xx | kRetryOnReset | kRetryOnConnectFailure);
  EXPECT_EQ(unknown, "");
  EXPECT_EQ(parseRetryOn("gateway-error,never,sometimes", &unknown), kRetryOnGatewayError);
  EXPECT_EQ(unknown, "never,sometimes");
}

}  // namespace
}  // namespace orrery::route
