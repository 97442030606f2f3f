#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/proxy/upstream/request/router.h"

// When a request is tried again, where, and how often at most.
namespace orrery::upstream {
namespace {

using test::clusterOf;
using test::FakeStream;
using test::k503;
using test::kOk;
using test::MemoryStream;
using test::Router;

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

// Where the pieces of a body of 'b's lay that were sent since the last call.
std::vector<std::pair<uintptr_t, size_t>> bodyPieces(MemoryStream& stream) {
  std::vector<std::pair<uintptr_t, size_t>> out;
  for (const MemoryStream::Written& piece : *stream.written) {
    if (piece.first == 'b') out.emplace_back(reinterpret_cast<uintptr_t>(piece.data), piece.size);
  }
  stream.written->clear();
  return out;
}

TEST_F(Router, EachTrySendsTheBodyFromWhereItWasRead) {
  retryOn(route::kRetryOn5xx, 2);
  FakeStream s(world, stats, &route);
  s.headers(false);
  connect(0);
  world.stream(0).written.emplace();
  s.data(std::string(200'000, 'b'), true);
  world.dispatcher.settle();
  const auto first = bodyPieces(world.stream(0));
  ASSERT_GE(first.size(), 4u) << "blocks have 64 KiB";
  const size_t kept = world.worker.blocks.liveBlocks();
  for (int i = 0; i < 2; ++i) {
    answer(0, k503);
    world.dispatcher.settle();
    EXPECT_EQ(bodyPieces(world.stream(0)), first) << "no byte of the body was copied";
    EXPECT_EQ(world.worker.blocks.liveBlocks(), kept);
  }
  answer(0, kOk);
  EXPECT_EQ(s.log, "200;'hi' end;");
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
    o.breakers.retryBudget = RetryBudget{percent, least, {}};
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
    EXPECT_EQ(world.named("upstream_rq_retry"), 0u) << "they count when their pause is over (Envoy 1.40)";
    const uint64_t wait = world.shared.breakers(0).retries.peek();
    EXPECT_EQ(wait + world.named("upstream_rq_retry_overflow"), n);
    return wait;
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

struct BudgetOfAWhile : Budget {
  static ClusterOptions within(Duration interval) {
    ClusterOptions o = options(50, 0);
    o.breakers.retryBudget->interval = interval;
    return o;
  }
  BudgetOfAWhile() : Budget(within(Duration::seconds(1))) {}
};
TEST_F(BudgetOfAWhile, IsAShareOfWhatWasBegunInIt) {
  // Those that have failed count as before: half of 10 may run, whoever asks.
  EXPECT_EQ(retriesOf(10), 5u);
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

}  // namespace
}  // namespace orrery::upstream
