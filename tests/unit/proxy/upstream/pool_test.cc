#include "proxy/upstream/http1_pool.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "proxy/upstream/cluster.h"
#include "tests/unit/proxy/upstream/seeker.h"

namespace orrery::upstream {
namespace {

using test::clusterOf;
using test::Seeker;
using test::World;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";

struct Http1Pools : testing::Test {
  explicit Http1Pools(ClusterOptions options = clusterOf({1})) : world(std::move(options)) {}
  World world;
  // A pool with one idle connection, used once.
  void warmUp() {
    Seeker first(world);
    first.ask();
    world.stream(0).acceptConnect();
    world.dispatcher.iterate();
    world.stream(0).send(kOk);
    world.dispatcher.settle();
    ASSERT_EQ(first.log, "ready;200;'hi' end;");
    world.stream(0).taken();
  }
};

TEST_F(Http1Pools, ConnectsSendsAndAnswers) {
  Seeker a(world, "/x");
  a.ask();
  EXPECT_EQ(a.log, "");
  EXPECT_EQ(world.count(world.stats().upstream_rq_pending_active), 1u);
  world.stream(0).acceptConnect();
  world.dispatcher.iterate();
  EXPECT_EQ(world.stream(0).taken(), "GET /x HTTP/1.1\r\nhost: h\r\n\r\n");
  EXPECT_EQ(world.count(world.stats().upstream_rq_active), 1u);
  world.stream(0).send(kOk);
  world.dispatcher.iterate();
  EXPECT_EQ(a.log, "ready;200;'hi' end;");
  EXPECT_EQ(world.count(world.stats().upstream_rq_active), 0u);
  EXPECT_EQ(world.count(world.stats().upstream_rq_pending_active), 0u);
  EXPECT_EQ(world.count(world.stats().upstream_cx_active), 1u);
}

TEST_F(Http1Pools, ReusesAnIdleConnection) {
  warmUp();
  Seeker b(world);
  b.ask();
  EXPECT_EQ(b.log, "ready;");
  EXPECT_EQ(world.dispatcher.streams.size(), 1u);
  world.dispatcher.iterate();
  world.stream(0).send("HTTP/1.1 204 No Content\r\n\r\n");
  world.dispatcher.iterate();
  EXPECT_EQ(b.log, "ready;204 end;");
}

TEST_F(Http1Pools, AFinThatCameBeforeTheNextRequestIsSeen) {
  warmUp();
  world.stream(0).sendFin();
  world.dispatcher.iterate();
  Seeker b(world);
  b.ask();
  EXPECT_EQ(b.log, "");  // a new connection, not the dead one
  EXPECT_EQ(world.dispatcher.streams.size(), 2u);
}

// Waits behind a full connection limit, so that it must take the connection of another.
struct OneConnection : Http1Pools {
  static ClusterOptions options() {
    ClusterOptions o = clusterOf({1});
    o.breakers.maxConnections = 1;
    return o;
  }
  OneConnection() : Http1Pools(options()) {}
};

TEST_F(OneConnection, WhoWaitsIsServedInTheNextIteration) {
  Seeker a(world);
  Seeker b(world);
  a.ask();
  world.stream(0).acceptConnect();
  world.dispatcher.iterate();
  b.ask();
  EXPECT_EQ(world.dispatcher.streams.size(), 1u);
  EXPECT_EQ(world.count(world.stats().upstream_cx_overflow), 1u);
  world.stream(0).send(kOk);
  world.dispatcher.iterate();
  EXPECT_EQ(a.log, "ready;200;'hi' end;");
  EXPECT_EQ(b.log, "");
  world.dispatcher.iterate();
  EXPECT_EQ(b.log, "ready;");
}

TEST_F(OneConnection, WhoWaitsGetsANewConnectionWhenAFinComesFirst) {
  Seeker a(world);
  Seeker b(world);
  a.ask();
  world.stream(0).acceptConnect();
  world.dispatcher.iterate();
  b.ask();
  world.stream(0).send(kOk);
  world.dispatcher.iterate();
  world.stream(0).sendFin();  // by the time of the next poll
  world.dispatcher.iterate();
  EXPECT_EQ(b.log, "");
  ASSERT_EQ(world.dispatcher.streams.size(), 2u);
  world.stream(1).acceptConnect();
  world.dispatcher.iterate();
  EXPECT_EQ(b.log, "ready;");
}

// Envoy's conn_pool_fix_reentrancy: who is told that it is ready waits no more, and may end at once.
TEST_F(OneConnection, WhoGivesUpWhileItIsToldThatItIsReadyLeavesTheQueueInOrder) {
  Seeker a(world);
  Seeker b(world, "/b");
  a.resetWhenReady = true;
  a.ask();
  b.ask();
  EXPECT_EQ(world.count(world.stats().upstream_rq_pending_active), 2u);
  world.stream(0).acceptConnect();
  world.dispatcher.iterate();
  EXPECT_EQ(a.log, "ready;");
  EXPECT_EQ(world.count(world.stats().upstream_rq_pending_active), 1u);
  EXPECT_EQ(world.count(world.stats().upstream_rq_active), 0u);
  ASSERT_EQ(world.dispatcher.streams.size(), 2u);  // the first one went with its request
  world.stream(1).acceptConnect();
  world.dispatcher.iterate();
  EXPECT_EQ(b.log, "ready;");
  EXPECT_EQ(world.stream(1).taken(), "GET /b HTTP/1.1\r\nhost: h\r\n\r\n");
  EXPECT_EQ(world.count(world.stats().upstream_rq_pending_active), 0u);
}

// Upstream filters may keep a request that has its connection (seen at Envoy 1.40).
TEST_F(Http1Pools, AnAnswerBeforeItsRequestIsAnAnswer) {
  warmUp();
  Seeker a(world);
  a.holdsHead = true;
  a.ask();
  world.dispatcher.iterate();
  bool closed = false;
  world.stream(0).gone = &closed;
  world.stream(0).send(kOk);
  world.dispatcher.settle();
  EXPECT_EQ(a.log, "ready;200;'hi' end;");
  EXPECT_TRUE(closed);
}

TEST_F(Http1Pools, AConnectionThatEndsBeforeItsRequestWasSentResetsIt) {
  Seeker a(world);
  a.holdsHead = true;
  a.ask();
  world.stream(0).acceptConnect();
  world.dispatcher.iterate();
  world.stream(0).sendFin();
  world.dispatcher.iterate();
  EXPECT_EQ(a.log, "ready;reset connection termination;");
}

TEST_F(Http1Pools, ARefusedConnectionFailsWhoWaits) {
  Seeker a(world);
  a.ask();
  world.stream(0).refuse();
  world.dispatcher.iterate();
  EXPECT_EQ(a.log, "failed remote connection failure, delayed connect error: Connection refused;");
  EXPECT_EQ(world.count(world.stats().upstream_cx_connect_fail), 1u);
  EXPECT_EQ(world.count(world.stats().upstream_cx_destroy_remote), 1u);
  EXPECT_EQ(world.count(world.stats().upstream_cx_active), 0u);
  EXPECT_EQ(world.count(world.stats().upstream_rq_pending_failure_eject), 1u);
}

TEST_F(Http1Pools, AConnectTimeoutFailsWhoWaits) {
  Seeker a(world);
  a.ask();
  world.dispatcher.iterate(Duration::milliseconds(4999));
  EXPECT_EQ(a.log, "");
  world.dispatcher.iterate(Duration::milliseconds(1));
  EXPECT_EQ(a.log, "failed connection timeout;");
  EXPECT_EQ(world.count(world.stats().upstream_cx_connect_timeout), 1u);
}

TEST_F(Http1Pools, FinBeforeTheFirstByteIsATermination) {
  warmUp();
  Seeker b(world);
  b.ask();
  world.stream(0).sendFin();
  world.dispatcher.iterate();
  EXPECT_EQ(b.log, "ready;reset connection termination;");
  EXPECT_EQ(world.count(world.stats().upstream_cx_destroy_remote_with_active_rq), 1u);
}

TEST_F(Http1Pools, FinOrResetInsideAMessageIsAProtocolError) {
  for (const bool reset : {false, true}) {
    World fresh(clusterOf({1}));
    Seeker a(fresh);
    a.ask();
    fresh.stream(0).acceptConnect();
    fresh.dispatcher.iterate();
    fresh.stream(0).send("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab");
    if (reset) {
      fresh.stream(0).sendReset();
    } else {
      fresh.stream(0).sendFin();
    }
    fresh.dispatcher.iterate();
    EXPECT_EQ(a.log, "ready;200;'ab';reset protocol error;");
    EXPECT_EQ(fresh.count(fresh.stats().upstream_cx_protocol_error), 1u);
  }
}

TEST_F(Http1Pools, FinEndsABodyWithoutLength) {
  Seeker a(world);
  a.ask();
  world.stream(0).acceptConnect();
  world.dispatcher.iterate();
  world.stream(0).send("HTTP/1.1 200 OK\r\n\r\nall of it");
  world.stream(0).sendFin();
  world.dispatcher.iterate();
  EXPECT_EQ(a.log, "ready;200;'all of it';'' end;");
  EXPECT_EQ(world.count(world.stats().upstream_cx_active), 0u);
}

TEST_F(Http1Pools, BytesLeftInTheKernelByAPausedReaderComeBeforeTheFin) {
  Seeker a(world);
  a.ask();
  world.stream(0).acceptConnect();
  world.dispatcher.iterate();
  world.stream(0).send("HTTP/1.1 200 OK\r\n\r\none ");
  world.dispatcher.iterate();
  a.stream->readDisable(true);
  world.dispatcher.iterate();
  world.stream(0).send("two");
  world.stream(0).sendFin();
  world.dispatcher.settle();
  EXPECT_EQ(a.log, "ready;200;'one ';");
  a.stream->readDisable(false);
  world.dispatcher.settle();
  EXPECT_EQ(a.log, "ready;200;'one ';'two';'' end;");
}

TEST_F(Http1Pools, InterimResponsesComeBeforeTheFinalOne) {
  Seeker a(world);
  a.ask();
  world.stream(0).acceptConnect();
  world.dispatcher.iterate();
  world.stream(0).send(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nx: y\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: "
      "0\r\n\r\n");
  world.dispatcher.iterate();
  EXPECT_EQ(a.log, "ready;100;103;200 end;");
}

TEST_F(Http1Pools, BytesBehindAResponseCloseTheConnection) {
  Seeker a(world);
  a.ask();
  world.stream(0).acceptConnect();
  world.dispatcher.iterate();
  bool gone = false;
  world.stream(0).gone = &gone;
  world.stream(0).send(std::string(kOk) + "HTTP/1.1 200 OK");
  world.dispatcher.iterate();
  EXPECT_EQ(a.log, "ready;200;'hi' end;");
  EXPECT_TRUE(gone);
}

TEST_F(Http1Pools, BytesWithoutARequestCloseTheConnection) {
  warmUp();
  bool gone = false;
  world.stream(0).gone = &gone;
  world.stream(0).send("HTTP/1.1 200 OK\r\n");
  world.dispatcher.iterate();
  EXPECT_TRUE(gone);
  EXPECT_EQ(world.count(world.stats().upstream_cx_protocol_error), 1u);
}

TEST_F(Http1Pools, AnUnasked408IsNoProtocolError) {
  warmUp();
  world.stream(0).send("HTTP/1.1 408 Request Timeout\r\n");
  world.dispatcher.iterate();
  EXPECT_EQ(world.count(world.stats().upstream_cx_protocol_error), 0u);
  EXPECT_EQ(world.count(world.stats().upstream_cx_active), 0u);
}

TEST_F(Http1Pools, ConnectionCloseIsObeyed) {
  Seeker a(world);
  a.ask();
  world.stream(0).acceptConnect();
  world.dispatcher.iterate();
  world.stream(0).send("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
  world.dispatcher.iterate();
  EXPECT_EQ(a.log, "ready;200 end;");
  EXPECT_EQ(world.count(world.stats().upstream_cx_close_notify), 1u);
  EXPECT_EQ(world.count(world.stats().upstream_cx_destroy_local), 1u);
  EXPECT_EQ(world.count(world.stats().upstream_cx_destroy_with_active_rq), 0u);
}

TEST_F(Http1Pools, AnEarlyResponseCostsTheConnection) {
  Seeker a(world);
  a.endStream = false;
  a.ask();
  world.stream(0).acceptConnect();
  world.dispatcher.iterate();
  world.stream(0).send(kOk);
  world.dispatcher.iterate();
  EXPECT_EQ(a.log, "ready;200;'hi' end;");
  EXPECT_EQ(world.count(world.stats().upstream_cx_destroy_local_with_active_rq), 1u);
}

TEST_F(Http1Pools, AStreamGivenUpClosesItsConnectionAndSaysNothing) {
  Seeker a(world);
  a.resetOnHeaders = true;
  a.ask();
  world.stream(0).acceptConnect();
  world.dispatcher.iterate();
  world.stream(0).send(kOk);
  world.dispatcher.iterate();
  EXPECT_EQ(a.log, "ready;200;");
  EXPECT_EQ(world.count(world.stats().upstream_cx_active), 0u);
  EXPECT_EQ(world.count(world.stats().upstream_rq_active), 0u);
}

TEST_F(Http1Pools, LeavingTheQueueKeepsTheConnectionForTheNext) {
  {
    Seeker a(world);
    a.ask();
  }
  EXPECT_EQ(world.count(world.stats().upstream_rq_cancelled), 1u);
  world.stream(0).acceptConnect();
  world.dispatcher.iterate();
  Seeker b(world);
  b.ask();
  EXPECT_EQ(b.log, "ready;");
}

TEST_F(Http1Pools, IdleConnectionsEndAfterTheIdleTimeout) {
  warmUp();
  world.dispatcher.iterate(Duration::seconds(3600) - Duration::milliseconds(1));
  EXPECT_EQ(world.count(world.stats().upstream_cx_active), 1u);
  world.dispatcher.iterate(Duration::milliseconds(1));
  EXPECT_EQ(world.count(world.stats().upstream_cx_active), 0u);
  EXPECT_EQ(world.count(world.stats().upstream_cx_idle_timeout), 1u);
}

struct TwoRequests : Http1Pools {
  static ClusterOptions options() {
    ClusterOptions o = clusterOf({1});
    o.maxRequestsPerConnection = 2;
    return o;
  }
  TwoRequests() : Http1Pools(options()) {}
};
TEST_F(TwoRequests, PerConnectionAndThenItCloses) {
  warmUp();
  Seeker b(world);
  b.ask();
  world.dispatcher.iterate();
  world.stream(0).send(kOk);
  world.dispatcher.iterate();
  EXPECT_EQ(b.log, "ready;200;'hi' end;");
  EXPECT_EQ(world.count(world.stats().upstream_cx_max_requests), 1u);
  EXPECT_EQ(world.count(world.stats().upstream_cx_active), 0u);
}

struct Breaker : Http1Pools {
  static ClusterOptions options() {
    ClusterOptions o = clusterOf({1});
    o.breakers.maxConnections = o.breakers.maxPendingRequests = o.breakers.maxRequests = 1;
    return o;
  }
  Breaker() : Http1Pools(options()) {}
};
TEST_F(Breaker, PendingRequestsOverflow) {
  Seeker a(world), b(world), c(world);
  a.ask();
  b.ask();
  EXPECT_EQ(b.log, "overflow;");
  EXPECT_EQ(world.count(world.stats().upstream_rq_pending_overflow), 1u);
  world.stream(0).acceptConnect();
  world.dispatcher.iterate();
  EXPECT_EQ(a.log, "ready;");
  c.ask();  // room in the queue again, and one connection only
  EXPECT_EQ(c.log, "");
  EXPECT_EQ(world.dispatcher.streams.size(), 1u);
}

struct HostBreaker : Http1Pools {
  static ClusterOptions options() {
    ClusterOptions o = clusterOf({1});
    o.breakers.maxConnectionsPerHost = 1;
    return o;
  }
  HostBreaker() : Http1Pools(options()) {}
};
TEST_F(HostBreaker, ASecondRequestWaitsForTheHostsOnlyConnection) {
  Seeker a(world), b(world);
  a.ask();
  b.ask();
  EXPECT_EQ(b.log, "");
  EXPECT_EQ(world.dispatcher.streams.size(), 1u);
  EXPECT_EQ(world.count(world.stats().upstream_cx_overflow), 1u);
}

struct NoPending : Http1Pools {
  static ClusterOptions options() {
    ClusterOptions o = clusterOf({1});
    o.breakers.maxPendingRequests = 0;
    return o;
  }
  NoPending() : Http1Pools(options()) {}
};
TEST_F(NoPending, OpensNoConnection) {
  Seeker a(world);
  a.ask();
  EXPECT_EQ(a.log, "overflow;");
  EXPECT_TRUE(world.dispatcher.streams.empty());
}

TEST_F(Http1Pools, TheLastUsedConnectionIsUsedFirst) {
  Seeker a(world), b(world);
  a.ask();
  b.ask();
  ASSERT_EQ(world.dispatcher.streams.size(), 2u);
  world.stream(0).acceptConnect();
  world.stream(1).acceptConnect();
  world.dispatcher.iterate();
  world.stream(1).send(kOk);
  world.dispatcher.iterate();
  world.stream(0).send(kOk);
  world.dispatcher.iterate();
  world.stream(0).taken();
  Seeker c(world);
  c.ask();
  world.dispatcher.iterate();
  EXPECT_NE(world.stream(0).taken(), "");
}

TEST_F(Http1Pools, ShutdownTellsThoseWhoAreUnderWay) {
  Seeker a(world), b(world);
  a.ask();
  world.stream(0).acceptConnect();
  world.dispatcher.iterate();
  b.ask();
  world.clusters.shutdown();
  world.dispatcher.settle();
  EXPECT_EQ(a.log, "ready;reset connection termination;");
  EXPECT_EQ(b.log, "failed local connection failure;");
  EXPECT_EQ(world.clusters.connections(), 0u);
}

TEST_F(Http1Pools, ARequestWithABodyIsChunkedUnlessItHasALength) {
  Seeker a(world);
  a.endStream = false;
  a.ask();
  world.stream(0).acceptConnect();
  world.dispatcher.iterate();
  EXPECT_EQ(world.stream(0).taken(), "GET / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n");
  buffer::Buffer body(world.worker.blocks);
  body.append("abc");
  a.stream->sendData(body, false);
  a.stream->sendData(body, true);
  world.dispatcher.iterate();
  EXPECT_EQ(world.stream(0).taken(), "3\r\nabc\r\n0\r\n\r\n");
}

}  // namespace
}  // namespace orrery::upstream
