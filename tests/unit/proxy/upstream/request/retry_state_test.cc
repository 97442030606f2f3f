#include "proxy/upstream/request/retry_state.h"

#include <gtest/gtest.h>

#include "proxy/upstream/cluster.h"
#include "proxy/upstream/request/timeouts.h"
#include "tests/unit/proxy/upstream/world.h"

namespace orrery::upstream {
namespace {

using message::HeaderId;
using test::clusterOf;
using test::World;

struct Retry : testing::Test {
  World world{clusterOf({1})};
  Arena arena{world.worker.arenas};
  route::RetryPolicy policy;

  void never() {}
  bool response(uint32_t retryOn, uint32_t status,
                std::initializer_list<std::pair<std::string_view, std::string_view>> headers = {},
                std::initializer_list<std::pair<std::string_view, std::string_view>> request = {}) {
    policy.retryOn = retryOn;
    message::HeaderMap head(arena);
    head.setNumber(HeaderId::kStatus, status);
    for (const auto& [name, value] : headers) head.add(message::HeaderName(name), value);
    message::HeaderMap asked(arena);
    for (const auto& [name, value] : request) asked.add(message::HeaderName(name), value);
    const RetryState state(&policy, asked, {world.worker, world.cluster().breakers(), world.cluster().info()},
                           Delegate<void()>::to<&Retry::never>(this));
    return state.wouldRetryResponse(head);
  }
  bool reset(uint32_t retryOn, ResetReason reason, bool sent = true) {
    policy.retryOn = retryOn;
    const message::HeaderMap asked(arena);
    const RetryState state(&policy, asked, {world.worker, world.cluster().breakers(), world.cluster().info()},
                           Delegate<void()>::to<&Retry::never>(this));
    return state.wouldRetryReset(reason, sent);
  }
};

TEST_F(Retry, ClassesOfResponses) {
  EXPECT_TRUE(response(route::kRetryOn5xx, 500));
  EXPECT_FALSE(response(route::kRetryOn5xx, 404));
  EXPECT_TRUE(response(route::kRetryOnGatewayError, 502));
  EXPECT_TRUE(response(route::kRetryOnGatewayError, 504));
  EXPECT_FALSE(response(route::kRetryOnGatewayError, 500));
  EXPECT_TRUE(response(route::kRetryOnRetriable4xx, 409));
  EXPECT_FALSE(response(route::kRetryOnRetriable4xx, 404));
  EXPECT_FALSE(response(route::kRetryOnReset | route::kRetryOnConnectFailure, 503));
}

TEST_F(Retry, StatusCodesOfPolicyAndHeader) {
  policy.retriableStatusCodes = {418};
  EXPECT_TRUE(response(route::kRetryOnRetriableStatusCodes, 418));
  EXPECT_FALSE(response(route::kRetryOn5xx, 418));
  EXPECT_TRUE(response(route::kRetryOnRetriableStatusCodes, 425, {}, {{"x-envoy-retriable-status-codes", "404, 425"}}));
}

TEST_F(Retry, RetriableHeadersOfPolicyAndHeader) {
  policy.retriableHeaders.push_back(
      {message::HeaderName("x-again"), route::HeaderMatcher::Kind::kPresent, true, {}, 0, 0, false, false});
  EXPECT_TRUE(response(route::kRetryOnRetriableHeaders, 200, {{"x-again", "1"}}));
  EXPECT_FALSE(response(route::kRetryOnRetriableHeaders, 200));
  EXPECT_TRUE(response(route::kRetryOnRetriableHeaders, 200, {{"x-more", "1"}},
                       {{"x-envoy-retriable-header-names", "x-other,X-More"}}));
}

TEST_F(Retry, OverloadAndRateLimitAreRespected) {
  EXPECT_FALSE(response(route::kRetryOn5xx, 503, {{"x-envoy-overloaded", "true"}}));
  EXPECT_FALSE(response(route::kRetryOn5xx, 503, {{"x-envoy-ratelimited", "true"}}));
  EXPECT_TRUE(response(route::kRetryOnEnvoyRateLimited, 429, {{"x-envoy-ratelimited", "true"}}));
}

TEST_F(Retry, ClassesOfResets) {
  EXPECT_TRUE(reset(route::kRetryOnReset, ResetReason::kConnectionTermination));
  EXPECT_TRUE(reset(route::kRetryOn5xx, ResetReason::kProtocolError));
  EXPECT_TRUE(reset(route::kRetryOnConnectFailure, ResetReason::kConnectionTimeout));
  EXPECT_TRUE(reset(route::kRetryOnConnectFailure, ResetReason::kRemoteConnectionFailure));
  EXPECT_FALSE(reset(route::kRetryOnConnectFailure, ResetReason::kConnectionTermination));
  EXPECT_FALSE(reset(route::kRetryOn5xx | route::kRetryOnReset, ResetReason::kOverflow));
  EXPECT_TRUE(reset(route::kRetryOnResetBeforeRequest, ResetReason::kRemoteConnectionFailure, false));
  EXPECT_FALSE(reset(route::kRetryOnResetBeforeRequest, ResetReason::kConnectionTermination, true));
  EXPECT_FALSE(reset(0, ResetReason::kConnectionTermination));
}

TEST_F(Retry, GrpcStatusesOfTheHead) {
  constexpr std::pair<const char*, uint32_t> kCases[] = {{"1", route::kRetryOnGrpcCancelled},
                                                         {"4", route::kRetryOnGrpcDeadlineExceeded},
                                                         {"8", route::kRetryOnGrpcResourceExhausted},
                                                         {"13", route::kRetryOnGrpcInternal},
                                                         {"14", route::kRetryOnGrpcUnavailable}};
  for (const auto& [status, bit] : kCases) {
    EXPECT_TRUE(response(bit, 200, {{"grpc-status", status}})) << status;
    EXPECT_FALSE(response(route::kRetryOnAnyGrpc & ~bit, 200, {{"grpc-status", status}})) << status;
  }
  EXPECT_FALSE(response(route::kRetryOnAnyGrpc, 200, {{"grpc-status", "2"}}));
  EXPECT_FALSE(response(route::kRetryOnAnyGrpc, 503));
}

TEST_F(Retry, EachHeaderAsksForItsOwnClassesOnly) {
  EXPECT_TRUE(response(0, 200, {{"grpc-status", "14"}}, {{"x-envoy-retry-grpc-on", "unavailable"}}));
  EXPECT_FALSE(response(0, 200, {{"grpc-status", "14"}}, {{"x-envoy-retry-on", "unavailable"}}));
  EXPECT_FALSE(response(0, 503, {}, {{"x-envoy-retry-grpc-on", "5xx"}}));
}

TEST_F(Retry, AResponseSaysWhenToComeBack) {
  policy.retryOn = route::kRetryOn5xx;
  policy.rateLimited =
      route::RateLimitedBackoff{{{message::HeaderName("retry-after"), route::ResetHeader::Format::kSeconds},
                                 {message::HeaderName("x-reset"), route::ResetHeader::Format::kUnixTimestamp}},
                                Duration::seconds(10)};
  struct Case {
    const char *name, *value;
    int64_t delay;  // milliseconds; the random of the test is zero
  };
  // Wall time is zero here: a time stamp is its own distance. Beyond max_interval, zero and nonsense: the usual back-off.
  for (const Case& c : {Case{"retry-after", "3", 3000}, Case{"x-reset", "4", 4000}, Case{"retry-after", "11", 0},
                        Case{"retry-after", "0", 0}, Case{"retry-after", "soon", 0}}) {
    message::HeaderMap head(arena);
    head.setNumber(HeaderId::kStatus, 503);
    head.add(message::HeaderName(c.name), c.value);
    const message::HeaderMap asked(arena);
    const uint64_t before = world.count(world.stats().upstream_rq_retry_backoff_ratelimited);
    RetryState state(&policy, asked, {world.worker, world.cluster().breakers(), world.cluster().info()},
                     Delegate<void()>::to<&Retry::never>(this));
    ASSERT_EQ(state.onResponseHeaders(head, false), RetryStatus::kYes);
    EXPECT_EQ((world.dispatcher.nextDeadline() - world.dispatcher.now()).inMilliseconds(), c.delay) << c.value;
    EXPECT_EQ(world.count(world.stats().upstream_rq_retry_backoff_ratelimited), before) << "it has not begun";
    state.onRetryBegins(world.cluster().info());
    EXPECT_EQ(world.count(world.stats().upstream_rq_retry_backoff_ratelimited) - before, c.delay > 0 ? 1u : 0u);
  }
}

TEST_F(Retry, HeadersAddToThePolicy) {
  message::HeaderMap asked(arena);
  EXPECT_FALSE(RetryState::wanted(nullptr, asked));
  asked.add(HeaderId::kEnvoyMaxRetries, "7");
  EXPECT_FALSE(RetryState::wanted(nullptr, asked));  // max-retries alone is nothing
  asked.add(HeaderId::kEnvoyRetryOn, "5xx");
  EXPECT_TRUE(RetryState::wanted(nullptr, asked));
  const RetryState state(nullptr, asked, {world.worker, world.cluster().breakers(), world.cluster().info()},
                         Delegate<void()>::to<&Retry::never>(this));
  EXPECT_EQ(state.retriesLeft(), 7u);
  EXPECT_TRUE(state.enabled());
  RetryState::removeHeaders(asked);
  EXPECT_EQ(asked.size(), 0u);
}

TEST_F(Retry, RequestsOutsideTheRetriableOnesAreNotRetried) {
  policy.retriableRequestHeaders.push_back(
      {message::HeaderName("x-idempotent"), route::HeaderMatcher::Kind::kPresent, true, {}, 0, 0, false, false});
  EXPECT_FALSE(response(route::kRetryOn5xx, 500));
  EXPECT_TRUE(response(route::kRetryOn5xx, 500, {}, {{"x-idempotent", "1"}}));
}

TEST(Backoff, DoublesUpToItsMaximum) {
  Backoff backoff(25, 250);
  std::string intervals;
  for (int i = 0; i < 6; ++i) intervals += std::to_string(backoff.nextInterval()) + " ";
  EXPECT_EQ(intervals, "25 50 100 200 250 250 ");
  Backoff flat(100, 100);
  EXPECT_EQ(flat.nextInterval() + flat.nextInterval(), 200u);
}

struct TimeoutCase : testing::Test {
  ArenaPool pool;
  Arena arena{pool};
  message::HeaderMap headers{arena};
  route::RouteAction action;
};

TEST_F(TimeoutCase, HeadersReplaceTheRoutes) {
  headers.add(HeaderId::kEnvoyUpstreamRqTimeoutMs, "100");
  headers.add(HeaderId::kEnvoyUpstreamRqPerTryTimeoutMs, "40");
  const Timeouts t = finalTimeouts(action, headers, false);
  EXPECT_EQ(t.global, Duration::milliseconds(100));
  EXPECT_EQ(t.perTry, Duration::milliseconds(40));
  EXPECT_EQ(headers.size(), 0u);
}

TEST_F(TimeoutCase, NonsenseIsDropped) {
  headers.add(HeaderId::kEnvoyUpstreamRqTimeoutMs, "soon");
  EXPECT_EQ(finalTimeouts(action, headers, false).global, Duration::seconds(15));
  headers.add(HeaderId::kEnvoyUpstreamRqTimeoutMs, "18446744073709551615");
  EXPECT_EQ(finalTimeouts(action, headers, false).global, Duration::seconds(15));
  EXPECT_EQ(headers.size(), 0u);
}

TEST_F(TimeoutCase, APerTryTimeoutAboveTheGlobalOneIsNone) {
  action.retry.emplace().perTryTimeout = Duration::seconds(15);
  EXPECT_TRUE(finalTimeouts(action, headers, false).perTry.isZero());
  action.timeout = Duration();
  EXPECT_EQ(finalTimeouts(action, headers, false).perTry, Duration::seconds(15));
}

TEST_F(TimeoutCase, TheExpectedTimeoutShrinksWithTimeSpent) {
  Timeouts t;
  t.global = Duration::milliseconds(100);
  t.perTry = Duration::milliseconds(60);
  setExpectedTimeout(t, Duration(), false, true, headers);
  EXPECT_EQ(headers.get(HeaderId::kEnvoyExpectedRqTimeoutMs), "60");
  setExpectedTimeout(t, Duration::milliseconds(70), false, true, headers);
  EXPECT_EQ(headers.get(HeaderId::kEnvoyExpectedRqTimeoutMs), "30");
  setExpectedTimeout(t, Duration::milliseconds(100), false, true, headers);
  EXPECT_EQ(headers.get(HeaderId::kEnvoyExpectedRqTimeoutMs), "1");
}

TEST_F(TimeoutCase, AGrpcRequestSaysItsOwnTimeoutWhereTheRouteHasAMost) {
  action.grpcTimeout = {.most = Duration::seconds(5), .offset = Duration::seconds(1)};
  EXPECT_EQ(finalTimeouts(action, headers, false).global, Duration::seconds(15));
  headers.add(HeaderId::kContentType, "application/grpc");
  EXPECT_EQ(finalTimeouts(action, headers, false).global, Duration::seconds(5));
  headers.add(HeaderId::kGrpcTimeout, "3S");
  EXPECT_EQ(finalTimeouts(action, headers, false).global, Duration::seconds(2));
  headers.set(HeaderId::kGrpcTimeout, "1S");  // nothing would remain: the offset is not taken off
  const Timeouts t = finalTimeouts(action, headers, false);
  EXPECT_EQ(t.global, Duration::seconds(1));
  setExpectedTimeout(t, Duration(), false, false, headers);
  EXPECT_EQ(headers.get(HeaderId::kGrpcTimeout), "1000m");
  EXPECT_FALSE(headers.has(HeaderId::kEnvoyExpectedRqTimeoutMs));
}

}  // namespace
}  // namespace orrery::upstream
