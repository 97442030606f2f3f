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
  r.headers = {{":method", HeaderFact::Kind::kExact, "GET", false, false},
               {"x-a", HeaderFact::Kind::kPrefix, "v", false, true}};
  l.virtualHosts = {{{"*"}, {r}}};
  EXPECT_EQ(found(l, "/"), 1u);
  EXPECT_EQ(found(l, "/", "h", {{"X-A", "other"}}), 1u);
  EXPECT_EQ(found(l, "/", "h", {{"X-A", "value"}}), 404u);
  EXPECT_EQ(found(l, "/", "h", {}, "POST"), 404u);
}

TEST(RouteOf, SaysWhatItCannotJudge) {
  ListenerFacts l;
  RouteFacts r = route(RouteFacts::PathKind::kPrefix, "/re", 1);
  r.judged = false;
  l.virtualHosts = {
      {{"*"}, {route(RouteFacts::PathKind::kExact, "/x", 2), r, route(RouteFacts::PathKind::kPrefix, "/", 3)}}};
  EXPECT_EQ(found(l, "/re"), 0u);
  EXPECT_EQ(found(l, "/x"), 2u);
  EXPECT_EQ(found(l, "/y"), 3u);
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
