#include "sim/checks/route_of.h"

#include <gtest/gtest.h>

namespace orrery::sim {
namespace {

RouteFacts route(RouteFacts::PathKind kind, std::string path, uint32_t status) {
  RouteFacts r;
  r.pathKind = kind;
  r.path = std::move(path);
  r.status = status;
  return r;
}

HeaderFact header(std::string name, TextFact::Kind kind, std::string value) {
  HeaderFact h;
  h.name = std::move(name);
  h.kind = HeaderFact::Kind::kText;
  h.text.kind = kind;
  h.text.value = std::move(value);
  return h;
}
TextFact textIs(std::string value) {
  TextFact t;
  t.value = std::move(value);
  return t;
}
ListenerFacts with(RouteFacts r) {
  ListenerFacts l;
  l.virtualHosts = {{{"*"}, {std::move(r)}}};
  return l;
}
ListenerFacts withHeader(HeaderFact h) {
  RouteFacts r = route(RouteFacts::PathKind::kPrefix, "/", 1);
  r.conditions.headers = {std::move(h)};
  return with(std::move(r));
}

// The status stands for the route's name.
uint32_t found(const ListenerFacts& l, std::string path, std::string authority = "a.example",
               std::vector<HeaderField> headers = {}, std::string method = "GET") {
  RequestStep step;
  step.method = std::move(method);
  step.path = std::move(path);
  step.headers = std::move(headers);
  const RouteAnswer a = routeOf(l, step, authority);
  return a.kind == RouteAnswer::Kind::kRoute ? a.route->status : a.kind == RouteAnswer::Kind::kNone ? 404 : 0;
}

TEST(RouteOf, PrefersDomainsAsEnvoyDoes) {
  ListenerFacts l;
  l.virtualHosts = {{{"*"}, {route(RouteFacts::PathKind::kPrefix, "/", 1)}},
                    {{"a.*"}, {route(RouteFacts::PathKind::kPrefix, "/", 2)}},
                    {{"*.example"}, {route(RouteFacts::PathKind::kPrefix, "/", 3)}},
                    {{"A.example"}, {route(RouteFacts::PathKind::kPrefix, "/", 4)}}};
  EXPECT_EQ(found(l, "/", "a.EXAMPLE"), 4u);
  EXPECT_EQ(found(l, "/", "b.example"), 3u);
  EXPECT_EQ(found(l, "/", "a.org"), 2u);
  EXPECT_EQ(found(l, "/", "c.org"), 1u);
  EXPECT_EQ(found(l, "/", "c.org", {{"Host", "a.example"}}), 4u);
}

TEST(RouteOf, MatchesPathsInOrder) {
  ListenerFacts l;
  l.virtualHosts = {
      {{"*"},
       {route(RouteFacts::PathKind::kExact, "/exact", 1), route(RouteFacts::PathKind::kSeparatedPrefix, "/sep", 2),
        route(RouteFacts::PathKind::kPrefix, "/pre", 3)}}};
  EXPECT_EQ(found(l, "/exact"), 1u);
  EXPECT_EQ(found(l, "/exact?q=1"), 1u);
  EXPECT_EQ(found(l, "/exact/"), 404u);
  EXPECT_EQ(found(l, "/sep/x"), 2u);
  EXPECT_EQ(found(l, "/separate"), 404u);
  EXPECT_EQ(found(l, "/prefix"), 3u);
  EXPECT_EQ(found(l, "/Prefix"), 404u);
}

// Measured at Envoy 1.40: a prefix "/a?x" matches neither "/a?x=1" nor "/a?x".
TEST(RouteOf, APrefixDoesNotReachIntoTheQuery) {
  ListenerFacts l;
  l.virtualHosts = {
      {{"*"}, {route(RouteFacts::PathKind::kPrefix, "/a?x", 1), route(RouteFacts::PathKind::kPrefix, "/a", 2)}}};
  EXPECT_EQ(found(l, "/a?x=1"), 2u);
  EXPECT_EQ(found(l, "/a?x"), 2u);
}

TEST(RouteOf, LooksAtHeadersAndMethods) {
  ListenerFacts l;
  RouteFacts r = route(RouteFacts::PathKind::kPrefix, "/", 1);
  r.conditions.headers = {header(":method", TextFact::Kind::kExact, "GET"),
                          header("x-a", TextFact::Kind::kPrefix, "v")};
  r.conditions.headers[1].invert = true;
  l.virtualHosts = {{{"*"}, {r}}};
  EXPECT_EQ(found(l, "/", "h", {{"X-A", "other"}}), 1u);
  EXPECT_EQ(found(l, "/", "h", {{"X-A", "value"}}), 404u);
  EXPECT_EQ(found(l, "/", "h", {}, "POST"), 404u);
}

// Seen at Envoy 1.40: a field that is absent matches no text and no range, inverted or not, unless it counts as empty.
TEST(RouteOf, AnAbsentFieldMatchesNothing) {
  for (const bool invert : {false, true}) {
    HeaderFact h = header("x-a", TextFact::Kind::kExact, "");
    h.invert = invert;
    EXPECT_EQ(found(withHeader(h), "/"), 404u);
    h.missingIsEmpty = true;
    EXPECT_EQ(found(withHeader(h), "/"), invert ? 404u : 1u);
    h.kind = HeaderFact::Kind::kPresent;
    h.missingIsEmpty = false;
    EXPECT_EQ(found(withHeader(h), "/"), invert ? 1u : 404u);
  }
}

TEST(RouteOf, JudgesExpressionsAndRanges) {
  HeaderFact h;
  h.name = "x-a";
  h.kind = HeaderFact::Kind::kText;
  h.text = TextFact::ofRegex("v[0-9]+");
  EXPECT_EQ(found(withHeader(h), "/", "h", {{"x-a", "v12"}}), 1u);
  EXPECT_EQ(found(withHeader(h), "/", "h", {{"x-a", "v12x"}}), 404u);
  h.kind = HeaderFact::Kind::kRange;
  h.rangeStart = -5;
  h.rangeEnd = 10;
  EXPECT_EQ(found(withHeader(h), "/", "h", {{"x-a", "-5"}}), 1u);
  EXPECT_EQ(found(withHeader(h), "/", "h", {{"x-a", "10"}}), 404u);
  EXPECT_EQ(found(withHeader(h), "/", "h", {{"x-a", "7th"}}), 404u);
  RouteFacts r = route(RouteFacts::PathKind::kRegex, "", 1);
  r.pathRegex = TextFact::ofRegex("/a/[a-z]+");
  EXPECT_EQ(found(with(r), "/a/bc?q=1"), 1u);
  EXPECT_EQ(found(with(r), "/a/bc/d"), 404u);
  EXPECT_EQ(found(with(r), "/A/bc"), 404u);
}

TEST(RouteOf, JudgesQueriesAndCookies) {
  RouteFacts r = route(RouteFacts::PathKind::kPrefix, "/", 1);
  r.conditions.query = {{"q", textIs("1"), true, false}, {"x", std::nullopt, false, false}};
  EXPECT_EQ(found(with(r), "/?a=b&q=1"), 1u);
  EXPECT_EQ(found(with(r), "/?q=2"), 404u);
  EXPECT_EQ(found(with(r), "/"), 404u);
  EXPECT_EQ(found(with(r), "/?q=1&x"), 404u);
  EXPECT_EQ(found(with(r), "/?q=1&q=2"), 0u) << "which of two counts is not for us to say";
  RouteFacts c = route(RouteFacts::PathKind::kPrefix, "/", 1);
  c.conditions.cookies = {{"s", textIs("1"), true, false}};
  EXPECT_EQ(found(with(c), "/", "h", {{"Cookie", "a=b; s=1"}}), 1u);
  EXPECT_EQ(found(with(c), "/", "h", {{"cookie", "s=2"}}), 404u);
  EXPECT_EQ(found(with(c), "/"), 404u);
  c.conditions.cookies[0].invert = true;
  EXPECT_EQ(found(with(c), "/"), 1u);
  EXPECT_EQ(found(with(c), "/", "h", {{"cookie", "s=\"1\""}}), 0u);
}

TEST(RouteOf, JudgesGrpcAndChance) {
  RouteFacts g = route(RouteFacts::PathKind::kPrefix, "/", 1);
  g.conditions.grpc = true;
  EXPECT_EQ(found(with(g), "/", "h", {{"content-type", "application/grpc+proto"}}), 1u);
  EXPECT_EQ(found(with(g), "/", "h", {{"content-type", "application/grpc-web"}}), 0u);
  EXPECT_EQ(found(with(g), "/", "h", {{"content-type", "text/plain"}}), 404u);
  RouteFacts r = route(RouteFacts::PathKind::kPrefix, "/", 1);
  r.conditions.chance = {100, 0, true};
  EXPECT_EQ(found(with(r), "/"), 404u);
  r.conditions.chance = {100, 100, true};
  EXPECT_EQ(found(with(r), "/"), 1u);
  r.conditions.chance = {100, 30, true};
  EXPECT_EQ(found(with(r), "/"), 0u);
  r.conditions.chance = {100, 100, false};
  EXPECT_EQ(found(with(r), "/"), 0u);
}

// What does not apply anyway is no obstacle, and what the proxy itself writes into a head is not known.
TEST(RouteOf, SaysWhatItCannotJudge) {
  ListenerFacts l;
  RouteFacts r = route(RouteFacts::PathKind::kPrefix, "/re", 1);
  r.conditions.headers = {header("x-forwarded-proto", TextFact::Kind::kExact, "http")};
  l.virtualHosts = {
      {{"*"}, {route(RouteFacts::PathKind::kExact, "/x", 2), r, route(RouteFacts::PathKind::kPrefix, "/", 3)}}};
  EXPECT_EQ(found(l, "/re"), 0u);
  EXPECT_EQ(found(l, "/x"), 2u);
  EXPECT_EQ(found(l, "/y"), 3u);
  l.virtualHosts[0].routes[1].conditions.headers.push_back(header("x-a", TextFact::Kind::kExact, "1"));
  EXPECT_EQ(found(l, "/re"), 3u) << "another condition says no";
  EXPECT_EQ(found(l, "/re", "h", {{"x-a", "1"}}), 0u);
  l.changesHeads = true;
  EXPECT_EQ(found(l, "/re", "h", {{"x-a", "2"}}), 0u);
}

TEST(RouteOf, JudgesNoHostOrPathThatIsMadeCanonicalFirst) {
  ListenerFacts l = with(route(RouteFacts::PathKind::kExact, "/a", 1));
  EXPECT_EQ(found(l, "/b/../a"), 404u);
  l.changesPaths = true;
  EXPECT_EQ(found(l, "/b/../a"), 0u);
  EXPECT_EQ(found(l, "//a"), 0u);
  EXPECT_EQ(found(l, "/a%2F"), 0u);
  EXPECT_EQ(found(l, "/a"), 1u);
  l.changesHosts = true;
  EXPECT_EQ(found(l, "/a", "h:80"), 0u);
  EXPECT_EQ(found(l, "/a", "h."), 0u);
  EXPECT_EQ(found(l, "/a", "h"), 1u);
}

// Neither is the one that answers known, nor that none does.
TEST(RouteOf, JudgesNothingWhereMoreThanRoutesDecides) {
  ListenerFacts l;
  l.virtualHosts = {{{"*"}, {route(RouteFacts::PathKind::kExact, "/a", 1)}}};
  EXPECT_EQ(found(l, "/a;p"), 404u);
  l.routesJudged = false;
  EXPECT_EQ(found(l, "/a;p"), 0u);
  l.routesJudged = true;
  l.virtualHosts[0].judged = false;
  EXPECT_EQ(found(l, "/b"), 0u);
}

}  // namespace
}  // namespace orrery::sim
