#include <gtest/gtest.h>

#include "proxy/upstream/request/mirrors.h"
#include "tests/unit/proxy/upstream/request/router.h"

namespace orrery::upstream {
namespace {

using test::clusterOf;
using test::FakeStream;
using test::kOk;
using test::Router;

// Everything goes to host 1 of the one cluster and is mirrored to host 2 of it.
struct Mirrored : Router {
  explicit Mirrored(uint32_t bufferLimit = 1024 * 1024) : Router(options(bufferLimit)) {
    route.action->mirrors.emplace_back().cluster = route::ClusterRef{"origin", 0};
  }
  static ClusterOptions options(uint32_t bufferLimit) {
    ClusterOptions o = clusterOf({1, 1});
    o.perConnectionBufferLimit = bufferLimit;
    return o;
  }
  route::MirrorPolicy& policy() { return route.action->mirrors[0]; }
  uint64_t active() { return world.named("upstream_rq_active"); }
};

TEST_F(Mirrored, ACopyGoesToTheOtherClusterUnderAnotherName) {
  FakeStream s(world, world.routerStats, &route);
  s.headers(true);
  connect(0);
  connect(1);
  EXPECT_EQ(world.stream(0).taken(), "GET / HTTP/1.1\r\nhost: h\r\nx-envoy-expected-rq-timeout-ms: 15000\r\n\r\n");
  EXPECT_EQ(world.stream(1).taken(),
            "GET / HTTP/1.1\r\nhost: h-shadow\r\nx-envoy-expected-rq-timeout-ms: 15000\r\nx-envoy-internal: true\r\n"
            "x-forwarded-for: 192.0.2.2\r\n\r\n");
  answer(1, "HTTP/1.1 500 Oops\r\ncontent-length: 3\r\n\r\nbad");
  EXPECT_EQ(s.log, "") << "what a mirror answers is nobody's business";
  answer(0, kOk);
  EXPECT_EQ(s.log, "200;'hi' end;");
  EXPECT_EQ(active(), 0u);
  EXPECT_EQ(world.count(world.asyncStats.rqTotal), 1u);
}

TEST_F(Mirrored, TheNameCanBeKeptOrReplaced) {
  policy().appendSuffix = false;
  FakeStream kept(world, world.routerStats, &route);
  kept.headers(true);
  connect(0);
  connect(1);
  EXPECT_NE(world.stream(1).taken().find("\r\nhost: h\r\n"), std::string::npos);
  policy().hostRewriteLiteral = "other";
  FakeStream replaced(world, world.routerStats, &route);
  replaced.headers(true);
  connect(2);
  connect(3);
  EXPECT_NE(world.stream(3).taken().find("\r\nhost: other\r\n"), std::string::npos);
}

TEST_F(Mirrored, NobodyOfThatNameIsNoMirror) {
  policy().clusterHeader = message::HeaderName("x-mirror");
  FakeStream none(world, world.routerStats, &route);
  none.headers(true);
  FakeStream unknown(world, world.routerStats, &route, {{"x-mirror", "nobody"}});
  unknown.headers(true);
  EXPECT_EQ(world.dispatcher.streams.size(), 2u);
  FakeStream known(world, world.routerStats, &route, {{"x-mirror", "origin"}});
  known.headers(true);
  EXPECT_EQ(world.dispatcher.streams.size(), 4u);
}

TEST_F(Mirrored, AFractionIsDrawn) {
  policy().fraction = match::RuntimeFraction{{50, 100}, {}};
  FakeStream in(world, world.routerStats, &route);
  in.headers(true);  // a draw of zero
  EXPECT_EQ(world.dispatcher.streams.size(), 2u);
  world.random().then(99);
  FakeStream out(world, world.routerStats, &route);
  out.headers(true);
  EXPECT_EQ(world.dispatcher.streams.size(), 3u);
}

TEST_F(Mirrored, TheBodyIsSentAsItComes) {
  FakeStream s(world, world.routerStats, &route, {{"content-length", "4"}});
  s.headers(false);
  connect(0);
  connect(1);
  s.data("ab", false);
  world.dispatcher.settle();
  EXPECT_TRUE(world.stream(0).taken().ends_with("ab"));
  EXPECT_TRUE(world.stream(1).taken().ends_with("ab"));
  s.data("cd", true);
  world.dispatcher.settle();
  EXPECT_EQ(world.stream(0).taken(), "cd");
  EXPECT_EQ(world.stream(1).taken(), "cd");
}

TEST_F(Mirrored, AClientThatLeavesInItsBodyTakesTheMirrorAlong) {
  FakeStream s(world, world.routerStats, &route, {{"content-length", "4"}});
  s.headers(false);
  connect(0);
  connect(1);
  s.data("ab", false);
  s.destroy();
  world.dispatcher.settle();
  EXPECT_EQ(active(), 0u);
  EXPECT_EQ(world.named("upstream_cx_active"), 0u);
}

TEST_F(Mirrored, ACompleteCopyOutlivesItsRequest) {
  FakeStream s(world, world.routerStats, &route);
  s.headers(true);
  connect(0);
  connect(1);
  answer(0, kOk);
  s.destroy();
  world.dispatcher.settle();
  EXPECT_EQ(active(), 1u);
  answer(1, kOk);
  world.dispatcher.settle();
  EXPECT_EQ(active(), 0u);
}

TEST_F(Mirrored, AMirrorThatHangsHasTheRoutesTime) {
  FakeStream s(world, world.routerStats, &route);
  s.headers(true);
  connect(0);
  connect(1);
  answer(0, kOk);
  world.dispatcher.iterate(Duration::seconds(15));
  world.dispatcher.settle();
  EXPECT_EQ(active(), 0u);
  EXPECT_EQ(world.named("internal.upstream_rq_504"), 1u);
  EXPECT_EQ(s.log, "200;'hi' end;");
}

TEST_F(Mirrored, AMirrorThatFailsChangesNothing) {
  FakeStream s(world, world.routerStats, &route, {{"content-length", "4"}});
  s.headers(false);
  connect(0);
  world.stream(1).refuse();
  world.dispatcher.iterate();
  s.data("abcd", true);
  answer(0, kOk);
  EXPECT_EQ(s.log, "200;'hi' end;");
}

struct SmallMirrored : Mirrored {
  SmallMirrored() : Mirrored(8) {}
};
TEST_F(SmallMirrored, AMirrorThatDoesNotReadPausesTheClientUntilItIsGone) {
  FakeStream s(world, world.routerStats, &route, {{"content-length", "1000"}});
  s.headers(false);
  connect(0);
  connect(1);
  world.dispatcher.settle();
  s.log.clear();
  world.stream(1).room = 0;
  s.data(std::string(100, 'x'), false);
  world.dispatcher.settle();
  EXPECT_EQ(s.log, "above;above;below;") << "both fill, the first empties";
  world.stream(1).sendReset();
  world.dispatcher.settle();
  EXPECT_EQ(s.log, "above;above;below;below;");
}

TEST_F(Mirrored, ShutdownEndsWhatIsUnderWay) {
  FakeStream s(world, world.routerStats, &route);
  s.headers(true);
  connect(0);
  connect(1);
  answer(0, kOk);
  world.clusters.shutdown();
  world.dispatcher.settle();
  EXPECT_EQ(active(), 0u);
}

TEST(ShareBytes, BothHaveThem) {
  buffer::BlockPool pool;
  buffer::Buffer data(pool);
  buffer::Buffer copy(pool);
  data.append("abc");
  shareBytes(data, copy);
  EXPECT_EQ(data.toString(), "abc");
  EXPECT_EQ(copy.toString(), "abc");
}

}  // namespace
}  // namespace orrery::upstream
