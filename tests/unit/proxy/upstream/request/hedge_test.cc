#include <gtest/gtest.h>

#include "tests/unit/proxy/upstream/request/stream.h"

namespace orrery::upstream {
namespace {

using test::clusterOf;
using test::FakeStream;
using test::World;

constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";
constexpr std::string_view kBad = "HTTP/1.1 503 Bad\r\ncontent-length: 0\r\n\r\n";

// A try may take 100 ms; then another one starts beside it, at once.
struct Hedge : testing::Test {
  Hedge() : world(clusterOf({1, 1})) {
    route.action.emplace().cluster = route::ClusterRef{"origin", 0};
    route.action->hedgeOnPerTryTimeout = true;
    route::RetryPolicy& policy = route.action->retry.emplace();
    policy.retryOn = route::kRetryOn5xx;
    policy.perTryTimeout = Duration::milliseconds(100);
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
  // One request whose second try is under way beside its first.
  FakeStream& hedged() {
    stream.emplace(world, world.routerStats, &route);
    stream->headers(true);
    connect(0);
    world.dispatcher.iterate(Duration::milliseconds(100));
    world.dispatcher.settle();
    connect(1);
    return *stream;
  }
  void expectNothingUnderWay() {
    world.dispatcher.settle();
    EXPECT_EQ(world.named("upstream_rq_active"), 0u);
    EXPECT_EQ(world.shared.breakers(0).retries.peek(), 0u);
  }
  World world;
  route::Route route;
  std::optional<FakeStream> stream;
};

TEST_F(Hedge, TheSecondTryMayWin) {
  FakeStream& s = hedged();
  answer(1, kAnswer);
  EXPECT_EQ(s.log, "200;'hi' end;");
  EXPECT_EQ(s.flags(), "-");
  EXPECT_EQ(s.streamInfo().upstreamHost, "10.0.0.2:80");
  EXPECT_EQ(s.streamInfo().attemptCount, 2u);
  EXPECT_EQ(world.named("upstream_rq_retry_success"), 1u);
  EXPECT_EQ(world.named("upstream_rq_per_try_timeout"), 0u) << "Envoy: nothing was given up";
  expectNothingUnderWay();
}

TEST_F(Hedge, TheFirstTryMayWinAfterAll) {
  FakeStream& s = hedged();
  answer(0, kAnswer);
  EXPECT_EQ(s.log, "200;'hi' end;");
  EXPECT_EQ(s.streamInfo().upstreamHost, "10.0.0.1:80");
  expectNothingUnderWay();
}

TEST_F(Hedge, ABadAnswerWaitsForTheOther) {
  FakeStream& s = hedged();
  answer(0, kBad);
  EXPECT_EQ(s.log, "");
  answer(1, kAnswer);
  EXPECT_EQ(s.log, "200;'hi' end;");
  expectNothingUnderWay();
}

TEST_F(Hedge, OfTwoBadAnswersTheLastIsPassedOn) {
  FakeStream& s = hedged();
  answer(1, kBad);
  EXPECT_EQ(s.log, "");
  EXPECT_EQ(s.flags(), "URX");
  answer(0, kBad);
  EXPECT_EQ(s.log, "503 end;");
  EXPECT_EQ(world.named("upstream_rq_503"), 1u);
  expectNothingUnderWay();
}

TEST_F(Hedge, AResetWaitsForTheOther) {
  FakeStream& s = hedged();
  world.stream(0).sendFin();
  world.dispatcher.iterate();
  EXPECT_EQ(s.log, "");
  answer(1, kAnswer);
  EXPECT_EQ(s.log, "200;'hi' end;");
  expectNothingUnderWay();
}

TEST_F(Hedge, TheRoutesTimeEndsBoth) {
  FakeStream& s = hedged();
  world.dispatcher.iterate(Duration::seconds(15));
  EXPECT_EQ(s.log, "local 504 'upstream request timeout' response_timeout;");
  EXPECT_EQ(world.named("upstream_rq_timeout"), 2u);
  EXPECT_EQ(world.named("upstream_rq_504"), 2u);
  expectNothingUnderWay();
}

TEST_F(Hedge, AClientThatLeavesEndsBoth) {
  hedged().destroy();
  expectNothingUnderWay();
}

TEST_F(Hedge, ATryIsToldAllTheTimeThatIsLeft) {
  FakeStream s(world, world.routerStats, &route);
  s.headers(true);
  EXPECT_EQ(s.get("x-envoy-expected-rq-timeout-ms"), "15000");
}

TEST_F(Hedge, AHeaderMaySwitchItOff) {
  FakeStream s(world, world.routerStats, &route, {{"x-envoy-hedge-on-per-try-timeout", "false"}});
  s.headers(true);
  EXPECT_EQ(s.get("x-envoy-hedge-on-per-try-timeout"), "");
  connect(0);
  world.dispatcher.iterate(Duration::milliseconds(100));
  EXPECT_EQ(world.named("upstream_rq_per_try_timeout"), 1u);
}

TEST_F(Hedge, ConditionsOfThePolicyDoNotMatter) {
  route.action->retry->retryOn = route::kRetryOnConnectFailure;
  FakeStream& s = hedged();
  answer(1, kAnswer);
  EXPECT_EQ(s.log, "200;'hi' end;");
}

}  // namespace
}  // namespace orrery::upstream
