#include "proxy/upstream/request/request.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "tests/unit/proxy/upstream/request/router.h"

namespace orrery::upstream {
namespace {

using test::clusterOf;
using test::FakeStream;
using test::kOk;
using test::Router;

TEST_F(Router, PassesARequestAndItsResponse) {
  FakeStream s(world, stats, &route);
  s.responseHeader = "x-envoy-upstream-service-time";
  s.headers(true);
  connect(0);
  EXPECT_EQ(world.stream(0).taken(), "GET / HTTP/1.1\r\nhost: h\r\nx-envoy-expected-rq-timeout-ms: 15000\r\n\r\n");
  world.dispatcher.iterate(Duration::milliseconds(7));
  answer(0, kOk);
  EXPECT_EQ(s.log, "200;'hi' end;");
  EXPECT_EQ(s.responseValue, "7");
  EXPECT_EQ(s.streamInfo().responseCodeDetails, "via_upstream");
  EXPECT_EQ(s.streamInfo().upstreamHost, "10.0.0.1:80");
  EXPECT_EQ(s.streamInfo().upstreamCluster, "origin");
  EXPECT_EQ(s.streamInfo().attemptCount, 1u);
  EXPECT_EQ(world.named("upstream_rq_200"), 1u);
  EXPECT_EQ(world.named("external.upstream_rq_2xx"), 1u);
  EXPECT_EQ(world.named("upstream_rq_completed"), 1u);
  EXPECT_EQ(world.shared.hostStats(0, 0, 0).rqSuccess.value(), 1u);
}

TEST_F(Router, NoRouteIs404) {
  FakeStream s(world, stats, nullptr);
  s.headers(true);
  EXPECT_EQ(s.log, "local 404 '' route_not_found;");
  EXPECT_EQ(s.flags(), "NR");
}

TEST_F(Router, AnUnknownClusterIs503WithoutBody) {
  route.action->cluster = route::ClusterRef{"nobody"};
  FakeStream s(world, stats, &route);
  s.headers(true);
  EXPECT_EQ(s.log, "local 503 '' cluster_not_found;");
  EXPECT_EQ(s.flags(), "NC");
}

TEST_F(Router, TheClusterMayBeTheOneThatAHeaderNamedWhenTheRouteWasChosen) {
  route.action->cluster.reset();
  route.action->clusterHeader = message::HeaderName("x-cluster");
  FakeStream none(world, stats, &route);
  none.headers(true);
  EXPECT_EQ(none.flags(), "NC");
  FakeStream s(world, stats, &route, {{"x-cluster", "changed since"}});
  s.streamInfo().routeCluster = "origin";
  s.headers(true);
  EXPECT_EQ(world.dispatcher.streams.size(), 1u);
}

TEST_F(Router, WeightsChooseTheCluster) {
  route.action->cluster.reset();
  for (const char* name : {"nobody", "origin"}) {
    route::WeightedCluster w;
    w.cluster.name = name;
    w.weight = 1;
    route.action->weighted.push_back(w);
  }
  FakeStream s(world, stats, &route);
  s.random = 1;
  s.headers(true);
  EXPECT_EQ(world.dispatcher.streams.size(), 1u);
}

TEST_F(Router, ARedirectAndADirectResponseNeedNoCluster) {
  route::Route redirect;
  redirect.redirect.emplace().httpsRedirect = true;
  FakeStream r(world, stats, &redirect);
  r.responseHeader = "location";
  r.headers(true);
  EXPECT_EQ(r.log, "local 301 '' direct_response;");
  EXPECT_EQ(r.responseValue, "https://h/");
  route::Route direct;
  direct.direct = route::DirectResponse{418, "tea"};
  FakeStream d(world, stats, &direct);
  d.headers(true);
  EXPECT_EQ(d.log, "local 418 'tea' direct_response;");
}

// Measured at Envoy 1.40: whatever is made or moved says where, others do not.
TEST_F(Router, ADirectResponseOf201Or3xxNamesItsLocation) {
  for (const auto& [status, location] : {std::pair{201u, "http://h/"}, {304u, "http://h/"}, {200u, ""}, {404u, ""}}) {
    route::Route direct;
    direct.direct = route::DirectResponse{status, ""};
    FakeStream d(world, stats, &direct);
    d.responseHeader = "location";
    d.headers(true);
    EXPECT_EQ(d.responseValue, location) << status;
  }
}

TEST_F(Router, ARewritingRedirectRewritesThePathOfTheRequestToo) {
  route::Route redirect;
  redirect.redirect.emplace().pathRewrite.regex = match::RegexSubstitution{"/", "/new", nullptr};
  ASSERT_TRUE(match::compile(*redirect.redirect->pathRewrite.regex));
  FakeStream r(world, stats, &redirect);
  r.responseHeader = "location";
  r.headers(true);
  EXPECT_EQ(r.responseValue, "http://h/new");
  EXPECT_EQ(r.requestHeaders()->path(), "/new");
}

TEST_F(Router, ARefusedConnectionIs503UF) {
  FakeStream s(world, stats, &route);
  s.headers(true);
  world.stream(0).refuse();
  world.dispatcher.iterate();
  EXPECT_EQ(
      s.log,
      "local 503 'upstream connect error or disconnect/reset before headers. reset reason: remote connection failure' "
      "upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused};");
  EXPECT_EQ(s.flags(), "UF");
  EXPECT_EQ(s.streamInfo().upstreamTransportFailureReason, "delayed connect error: Connection refused");
  EXPECT_EQ(world.shared.hostStats(0, 0, 0).rqError.value(), 1u);
}

TEST_F(Router, ACloseBeforeTheResponseIs503UC) {
  FakeStream s(world, stats, &route);
  s.headers(true);
  connect(0);
  world.stream(0).sendFin();
  world.dispatcher.iterate();
  EXPECT_EQ(
      s.log,
      "local 503 'upstream connect error or disconnect/reset before headers. reset reason: connection termination' "
      "upstream_reset_before_response_started{connection_termination};");
  EXPECT_EQ(s.flags(), "UC");
}

TEST_F(Router, AMalformedResponseIs502UPE) {
  FakeStream s(world, stats, &route);
  s.headers(true);
  connect(0);
  answer(0, "garbage\r\n\r\n");
  EXPECT_TRUE(s.log.starts_with("local 502 ")) << s.log;
  EXPECT_EQ(s.flags(), "UPE");
}

TEST_F(Router, ACutBodyEndsTheResponseAfterItsStart) {
  FakeStream s(world, stats, &route);
  s.headers(true);
  connect(0);
  answer(0, "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab");
  world.stream(0).sendFin();
  world.dispatcher.iterate();
  EXPECT_EQ(s.log, "200;'ab';cut upstream_reset_after_response_started{protocol_error};");
  EXPECT_EQ(s.flags(), "UPE");
}

TEST_F(Router, TheRouteTimeoutStartsAtTheEndOfTheRequest) {
  FakeStream s(world, stats, &route);
  s.headers(false);
  connect(0);
  world.dispatcher.iterate(Duration::seconds(60));
  s.data("x", true);
  world.dispatcher.iterate(Duration::seconds(15) - Duration::nanoseconds(1));
  EXPECT_EQ(s.log, "");
  world.dispatcher.iterate(Duration::nanoseconds(1));
  EXPECT_EQ(s.log, "local 504 'upstream request timeout' response_timeout;");
  EXPECT_EQ(s.flags(), "UT");
  EXPECT_EQ(world.named("upstream_rq_timeout"), 1u);
  EXPECT_EQ(world.named("upstream_rq_504"), 1u);
  EXPECT_EQ(world.named("upstream_cx_destroy_local_with_active_rq"), 1u);
}

TEST_F(Router, AZeroTimeoutIsNoneAndHeadersMayShortenIt) {
  route.action->timeout = Duration();
  FakeStream never(world, stats, &route);
  never.headers(true);
  EXPECT_EQ(never.get("x-envoy-expected-rq-timeout-ms"), "");
  FakeStream soon(world, stats, &route, {{"x-envoy-upstream-rq-timeout-ms", "20"}});
  soon.headers(true);
  EXPECT_EQ(soon.get("x-envoy-upstream-rq-timeout-ms"), "");
  EXPECT_EQ(soon.get("x-envoy-expected-rq-timeout-ms"), "20");
  world.dispatcher.iterate(Duration::milliseconds(20));
  EXPECT_EQ(soon.log, "local 504 'upstream request timeout' response_timeout;");
  EXPECT_EQ(never.log, "");
}

struct FullBreakers : Router {
  static ClusterOptions options() {
    ClusterOptions o = clusterOf({1});
    o.breakers.maxPendingRequests = 0;
    o.breakers.maxRetries = 0;
    return o;
  }
  FullBreakers() : Router(options()) {}
};
TEST_F(FullBreakers, OverflowIs503UOAndNeverRetried) {
  retryOn(route::kRetryOn5xx | route::kRetryOnReset);
  FakeStream s(world, stats, &route);
  s.responseHeader = "x-envoy-overloaded";
  s.headers(true);
  EXPECT_EQ(s.log,
            "local 503 'upstream connect error or disconnect/reset before headers. reset reason: overflow' "
            "upstream_reset_before_response_started{overflow};");
  EXPECT_EQ(s.flags(), "UO");
  EXPECT_EQ(s.responseValue, "true");
  EXPECT_EQ(world.shared.hostStats(0, 0, 0).rqError.value(), 0u);
}

struct NoHosts : Router {
  NoHosts() : Router(clusterOf({})) {}
};
TEST_F(NoHosts, NoHostIs503UH) {
  FakeStream s(world, stats, &route);
  s.headers(true);
  EXPECT_EQ(s.log, "local 503 'no healthy upstream' no_healthy_upstream;");
  EXPECT_EQ(s.flags(), "UH");
  EXPECT_EQ(s.streamInfo().attemptCount, 1u);
}

TEST_F(FullBreakers, PriorityHighHasBreakersAndConnectionsOfItsOwn) {
  route.action->highPriority = true;
  FakeStream s(world, stats, &route);
  s.headers(true);
  connect(0);
  EXPECT_EQ(world.shared.breakers(0, RoutePriority::kHigh).requests.peek(), 1u);
  EXPECT_EQ(world.shared.breakers(0).requests.peek(), 0u);
  answer(0, kOk);
  EXPECT_EQ(s.log, "200;'hi' end;");
  route.action->highPriority = false;
  FakeStream other(world, stats, &route);
  other.headers(true);
  EXPECT_EQ(other.flags(), "UO") << "the free connection is not for it";
}

struct Tracked : Router {
  static ClusterOptions options() {
    ClusterOptions o = clusterOf({1});
    o.breakers.maxRequests = 7;
    o.breakers.trackRemaining = true;
    return o;
  }
  Tracked() : Router(options()) {}
};
TEST_F(Tracked, WhatIsLeftOfABreakerIsTold) {
  FakeStream s(world, stats, &route);
  s.headers(true);
  connect(0);
  world.shared.refreshGauges(world.worker.stats);
  EXPECT_EQ(world.named("circuit_breakers.default.remaining_rq"), 6u);
  EXPECT_EQ(world.named("circuit_breakers.default.remaining_cx"), 1023u);
  EXPECT_EQ(world.named("circuit_breakers.default.remaining_retries"), 3u);
  EXPECT_EQ(world.named("circuit_breakers.high.remaining_rq"), UINT64_MAX) << "there is no such name";
}

TEST_F(Router, AnEarlyResponseDropsTheRestOfTheUpload) {
  FakeStream s(world, stats, &route);
  s.headers(false);
  connect(0);
  answer(0, kOk);
  EXPECT_EQ(s.log, "200;'hi' end;");
  EXPECT_EQ(world.named("upstream_cx_destroy_local_with_active_rq"), 1u);
}

TEST_F(Router, AClientThatLeavesResetsTheUpstream) {
  FakeStream s(world, stats, &route);
  s.headers(true);
  connect(0);
  s.destroy();
  world.dispatcher.settle();
  EXPECT_EQ(world.named("upstream_cx_active"), 0u);
  EXPECT_EQ(world.named("upstream_rq_active"), 0u);
  EXPECT_EQ(world.shared.breakers(0).requests.peek(), 0u);
}

TEST_F(Router, BodyBeforeTheConnectionWaitsAndPausesTheClient) {
  FakeStream s(world, stats, &route, {{"content-length", "6"}});
  s.limit = 4;
  s.headers(false).data("abcdef", true);
  EXPECT_EQ(s.log, "above;");
  connect(0);
  EXPECT_TRUE(world.stream(0).taken().ends_with("\r\n\r\nabcdef"));
  EXPECT_EQ(s.log, "above;below;");
}

TEST_F(Router, AFullClientPausesTheOriginOnceTheResponseRuns) {
  FakeStream s(world, stats, &route);
  s.headers(true);
  connect(0);
  s.watermarks()->onAboveWriteBufferHighWatermark();
  answer(0, "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab");
  EXPECT_EQ(world.named("upstream_flow_control_paused_reading_total"), 1u);
  world.stream(0).send("cd");
  world.dispatcher.settle();
  EXPECT_EQ(s.log, "200;'ab';");
  s.watermarks()->onBelowWriteBufferLowWatermark();
  world.dispatcher.settle();
  EXPECT_EQ(s.log, "200;'ab';'cd' end;");
  EXPECT_EQ(world.named("upstream_flow_control_resumed_reading_total"), 1u);
}

}  // namespace
}  // namespace orrery::upstream
