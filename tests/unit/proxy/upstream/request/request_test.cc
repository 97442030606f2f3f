#include "proxy/upstream/request/request.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "tests/unit/proxy/upstream/request/stream.h"

namespace orrery::upstream {
namespace {

using test::clusterOf;
using test::FakeStream;
using test::MemoryStream;
using test::World;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";
constexpr std::string_view k503 = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";

struct Router : testing::Test {
  explicit Router(ClusterOptions options = clusterOf({1})) : world(std::move(options)), stats(world.routerStats) {
    route.action.emplace().cluster = route::ClusterRef{"origin", 0};
  }
  // Retries at once: the random is zero.
  void retryOn(uint32_t bits, uint32_t times = 1) {
    route::RetryPolicy& policy = route.action->retry.emplace();
    policy.retryOn = bits;
    policy.numRetries = times;
  }
  void connect(size_t i) {
    world.stream(i).acceptConnect();
    world.dispatcher.iterate();
  }
  void answer(size_t i, std::string_view bytes) {
    world.stream(i).taken();
    world.stream(i).send(bytes);
    world.dispatcher.iterate();
  }
  World world;
  const RouterStats& stats;
  route::Route route;
};

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

TEST_F(Router, TheClusterMayComeFromAHeader) {
  route.action->cluster.reset();
  route.action->clusterHeader = message::HeaderName("x-cluster");
  FakeStream none(world, stats, &route);
  none.headers(true);
  EXPECT_EQ(none.flags(), "NC");
  FakeStream s(world, stats, &route, {{"x-cluster", "origin"}});
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
  world.random().then(UINT64_MAX);
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

TEST_F(Router, RetriesA503AndThenPassesTheGoodResponse) {
  retryOn(route::kRetryOn5xx);
  FakeStream s(world, stats, &route);
  s.mutableVirtualHost().includeAttemptCount = true;
  s.headers(true);
  connect(0);
  answer(0, k503);
  EXPECT_EQ(s.log, "");
  world.dispatcher.settle();
  EXPECT_NE(world.stream(0).taken().find("x-envoy-attempt-count: 2"), std::string::npos);
  answer(0, kOk);
  EXPECT_EQ(s.log, "200;'hi' end;");
  EXPECT_EQ(s.streamInfo().attemptCount, 2u);
  EXPECT_EQ(s.flags(), "-");
  EXPECT_EQ(world.named("upstream_rq_retry"), 1u);
  EXPECT_EQ(world.named("upstream_rq_retry_success"), 1u);
  EXPECT_EQ(world.named("retry.upstream_rq_503"), 1u);
  EXPECT_EQ(world.shared.breakers(0).retries.peek(), 0u);
}

TEST_F(Router, GivesUpAfterItsRetriesAndPassesTheLastResponse) {
  retryOn(route::kRetryOn5xx, 2);
  FakeStream s(world, stats, &route);
  s.headers(true);
  connect(0);
  for (int i = 0; i < 3; ++i) {
    answer(0, k503);
    world.dispatcher.settle();
  }
  EXPECT_EQ(s.log, "503 end;");
  EXPECT_EQ(s.flags(), "URX");
  EXPECT_EQ(world.named("upstream_rq_retry_limit_exceeded"), 1u);
}

TEST_F(Router, BackoffIsDrawnFromDoublingIntervals) {
  retryOn(route::kRetryOnConnectFailure, 5);
  FakeStream s(world, stats, &route);
  for (int i = 0; i < 5; ++i) world.random().then(UINT64_MAX);  // the longest: interval - 1
  s.headers(true);
  int64_t expected[] = {24, 49, 99, 199, 249};
  for (size_t i = 0; i < 5; ++i) {
    world.stream(i).refuse();
    world.dispatcher.iterate();
    EXPECT_EQ(world.dispatcher.streams.size(), i + 1);
    world.dispatcher.iterate(Duration::milliseconds(expected[i] - 1));
    EXPECT_EQ(world.dispatcher.streams.size(), i + 1);
    world.dispatcher.iterate(Duration::milliseconds(1));
    EXPECT_EQ(world.dispatcher.streams.size(), i + 2);
  }
  world.stream(5).refuse();
  world.dispatcher.iterate();
  EXPECT_EQ(s.flags(), "URX,UF");
  EXPECT_NE(s.log.find("retried and the latest reset reason: remote connection failure"), std::string::npos);
}

TEST_F(Router, ARetrySendsTheBodyAgain) {
  retryOn(route::kRetryOnReset);
  FakeStream s(world, stats, &route);
  s.headers(false).data("abc", false);
  connect(0);
  world.stream(0).sendFin();
  world.dispatcher.iterate();
  world.dispatcher.settle();
  s.data("def", true);
  world.stream(1).acceptConnect();
  world.dispatcher.iterate();
  EXPECT_TRUE(world.stream(1).taken().ends_with("\r\n\r\n6\r\nabcdef\r\n0\r\n\r\n"));
  answer(1, kOk);
  EXPECT_EQ(s.log, "200;'hi' end;");
}

TEST_F(Router, ABodyBeyondTheLimitEndsRetries) {
  retryOn(route::kRetryOnReset);
  FakeStream s(world, stats, &route);
  s.limit = 4;
  s.headers(false);
  connect(0);
  s.data("abc", false).data("def", true);
  world.stream(0).sendFin();
  world.dispatcher.iterate();
  EXPECT_EQ(s.flags(), "UC");
  EXPECT_EQ(world.named("retry_or_shadow_abandoned"), 1u);
}

TEST_F(Router, ABodyBeyondTheLimitDuringBackoffIs507) {
  retryOn(route::kRetryOnReset);
  world.random().then(UINT64_MAX);
  FakeStream s(world, stats, &route);
  s.limit = 4;
  s.headers(false);
  connect(0);
  world.stream(0).sendFin();
  world.dispatcher.iterate();
  s.data("abcdef", true);
  EXPECT_EQ(s.log,
            "local 507 'exceeded request buffer limit while retrying upstream' "
            "request_payload_exceeded_retry_buffer_limit;");
}

TEST_F(Router, PerTryTimeoutsAreRetriedAndThenSayURXAndUT) {
  retryOn(route::kRetryOnGatewayError);
  route.action->retry->perTryTimeout = Duration::milliseconds(200);
  FakeStream s(world, stats, &route);
  s.headers(true);
  EXPECT_EQ(s.get("x-envoy-expected-rq-timeout-ms"), "200");
  connect(0);
  world.dispatcher.iterate(Duration::milliseconds(200));
  world.dispatcher.settle();
  connect(1);
  world.dispatcher.iterate(Duration::milliseconds(200));
  EXPECT_EQ(s.log, "local 504 'upstream request timeout' upstream_per_try_timeout;");
  EXPECT_EQ(s.flags(), "URX,UT");
  EXPECT_EQ(world.named("upstream_rq_per_try_timeout"), 2u);
}

TEST_F(Router, PerTryIdleTimeoutIsRestartedByBytes) {
  retryOn(0);
  route.action->retry->perTryIdleTimeout = Duration::milliseconds(100);
  FakeStream s(world, stats, &route);
  s.headers(true);
  connect(0);
  world.dispatcher.iterate(Duration::milliseconds(90));
  answer(0, "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab");
  world.dispatcher.iterate(Duration::milliseconds(90));
  EXPECT_EQ(s.log, "200;'ab';");
  world.dispatcher.iterate(Duration::milliseconds(10));
  EXPECT_EQ(s.log, "200;'ab';cut upstream_per_try_idle_timeout;");
}

struct FullBreakers : Router {
  static ClusterOptions options() {
    ClusterOptions o = clusterOf({1});
    o.breakers = {1024, 0, 1024, 0, {}, false};
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

struct NoRetryBudget : Router {
  static ClusterOptions options() {
    ClusterOptions o = clusterOf({1});
    o.breakers.maxRetries = 0;
    return o;
  }
  NoRetryBudget() : Router(options()) {}
};
TEST_F(NoRetryBudget, NoRetryBudgetIsUO) {
  retryOn(route::kRetryOn5xx);
  FakeStream s(world, stats, &route);
  s.headers(true);
  connect(0);
  answer(0, k503);
  EXPECT_EQ(s.log, "503 end;");
  EXPECT_EQ(s.flags(), "UO");
  EXPECT_EQ(world.named("upstream_rq_retry_overflow"), 1u);
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

struct TwoHosts : Router {
  TwoHosts() : Router(clusterOf({1, 1})) {}
};
TEST_F(TwoHosts, ARetryAvoidsTheHostsThatWereTried) {
  retryOn(route::kRetryOnConnectFailure);
  route.action->retry->previousHostsPredicate = true;
  FakeStream first(world, stats, &route);
  first.headers(true);
  world.cluster().chooseHost();  // round robin would come to the same host again
  world.stream(0).refuse();
  world.dispatcher.iterate();
  world.dispatcher.settle();
  ASSERT_EQ(world.dispatcher.streams.size(), 2u);
  EXPECT_EQ(world.stream(1).peer().text(), "10.0.0.2:80");
}

// Hosts 1 and 2 of priority 0, hosts 3 and 4 of priority 1; 2 is a canary and 4 is slow.
struct FourHosts : Router {
  static ClusterOptions options() {
    ClusterOptions o = clusterOf({1, 1, 1, 1});
    o.endpoints[2].priority = o.endpoints[3].priority = 1;
    o.endpoints[1].canary = true;
    stream_info::Value::Object labels;
    stream_info::memberOf(labels, "speed").is = std::string("slow");
    o.endpoints[3].labels.is = labels;
    return o;
  }
  FourHosts() : Router(options()) {}
  // The hosts of a request's tries, all of which are refused.
  std::string tried(size_t tries) {
    FakeStream s(world, stats, &route);
    s.headers(true);
    std::string out;
    for (size_t i = 0; i < tries; ++i) {
      out += world.stream(i).peer().text().substr(7, 1);
      world.stream(i).refuse();
      world.dispatcher.iterate();
      world.dispatcher.settle();
    }
    EXPECT_EQ(world.dispatcher.streams.size(), tries);
    return out;
  }
};

TEST_F(FourHosts, ARetryLeavesOutPrioritiesThatWereTried) {
  retryOn(route::kRetryOnConnectFailure, 5);
  route.action->retry->previousPriorities = 1;
  // Zero draws fall to the first priority that has any load; once both were tried all count again.
  EXPECT_EQ(tried(6), "132413");
}

TEST_F(FourHosts, PrioritiesAreLookedAtAfterSoManyTries) {
  retryOn(route::kRetryOnConnectFailure, 4);
  route.action->retry->previousPriorities = 2;
  EXPECT_EQ(tried(5), "12341");
}

TEST_F(FourHosts, CanariesAreLeftOutByRetriesOnly) {
  retryOn(route::kRetryOnConnectFailure, 3);
  world.cluster().chooseHost();
  route.action->retry->omitCanaryHosts = true;
  EXPECT_EQ(tried(4), "2111");
}

TEST_F(FourHosts, HostsWithTheLabelsAreLeftOut) {
  retryOn(route::kRetryOnConnectFailure, 4);
  route.action->retry->previousPriorities = 1;
  stream_info::memberOf(route.action->retry->omitHosts.emplace(), "speed").is = std::string("slow");
  EXPECT_EQ(tried(5), "13231");
}

TEST_F(FourHosts, HostSelectionGivesUpAfterItsAttempts) {
  retryOn(route::kRetryOnConnectFailure, 1);
  route.action->retry->omitHosts.emplace();  // every host has all of no labels
  route.action->retry->hostSelectionMaxAttempts = 2;
  EXPECT_EQ(tried(2), "12") << "refused are 2 and 1, the third is taken";
}

struct Budget : Router {
  static ClusterOptions options(double percent, uint64_t least) {
    ClusterOptions o = clusterOf({1});
    o.breakers.maxRetries = 0;
    o.breakers.retryBudget = RetryBudget{percent, least};
    return o;
  }
  explicit Budget(ClusterOptions o = options(50, 1)) : Router(std::move(o)) {}
  // Of `n` requests at a time that all fail at once, so many are tried again.
  uint64_t retriesOf(size_t n) {
    retryOn(route::kRetryOn5xx);
    route.action->retry->backoffSet = true;
    route.action->retry->backoffBase = Duration::seconds(1);
    for (size_t i = 0; i < n; ++i) world.random().then(UINT64_MAX);  // nobody comes back meanwhile
    std::deque<FakeStream> streams;
    for (size_t i = 0; i < n; ++i) streams.emplace_back(world, stats, &route).headers(true);
    while (world.dispatcher.streams.size() < n) {
      for (MemoryStream* stream : std::vector(world.dispatcher.streams)) stream->acceptConnect();
      world.dispatcher.iterate();
    }
    for (MemoryStream* stream : std::vector(world.dispatcher.streams)) stream->acceptConnect();
    world.dispatcher.iterate();
    for (size_t i = 0; i < n; ++i) answer(i, k503);
    EXPECT_EQ(world.named("upstream_rq_retry") + world.named("upstream_rq_retry_overflow"), n);
    return world.named("upstream_rq_retry");
  }
};
TEST_F(Budget, IsAShareOfWhatIsUnderWay) {
  // Asked with 10 under way, then 9 (the one that is retried no longer counts), ...: 5, 4, 4, 3 may run.
  EXPECT_EQ(retriesOf(10), 3u);
  EXPECT_EQ(world.shared.breakers(0).retries.peek(), 0u) << "all have been given back";
}
struct SmallBudget : Budget {
  SmallBudget() : Budget(options(0, 2)) {}
};
TEST_F(SmallBudget, NeverFallsBelowItsLeast) { EXPECT_EQ(retriesOf(6), 2u); }

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

TEST_F(Router, InterimResponsesEndRetries) {
  retryOn(route::kRetryOnReset);
  FakeStream s(world, stats, &route);
  s.headers(true);
  connect(0);
  answer(0, "HTTP/1.1 100 Continue\r\n\r\n");
  world.stream(0).sendFin();
  world.dispatcher.iterate();
  EXPECT_TRUE(s.log.starts_with("100;local 503 ")) << s.log;
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
