#include "proxy/upstream/http2_pool.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>

#include "tests/support/http2_end.h"
#include "tests/unit/proxy/upstream/seeker.h"

// Requests to an origin that speaks HTTP/2: the codec on the other end of each connection.
namespace orrery::upstream {
namespace {

using http2::ErrorCode;
using http2::FrameType;
using test::clusterOf;
using test::Seeker;
using test::World;
using tests::Http2End;
using tests::Http2Exchange;
using tests::u32;

constexpr Duration ms(int64_t n) { return Duration::milliseconds(n); }

ClusterOptions http2Cluster() {
  ClusterOptions options = clusterOf({1});
  options.http2Upstream = true;
  return options;
}

struct Http2 : testing::Test {
  explicit Http2(ClusterOptions options = http2Cluster()) : world(std::move(options)) {}

  // The origin's end of connection `i`, which it accepts.
  Http2End& accept(size_t i, http2::Options options = {}) {
    world.stream(i).acceptConnect();
    ends.emplace(i, std::make_unique<Http2End>(http2::Side::kServer, options));
    settle();
    return *ends.at(i);
  }
  // Carries bytes until nothing moves.
  void settle() {
    for (bool moved = true; moved;) {
      world.dispatcher.settle();
      moved = false;
      for (auto& [i, end] : ends) {
        if (gone.contains(i)) continue;
        const std::string there = world.stream(i).taken();
        if (!there.empty()) end->receive(there);
        const std::string back = end->take();
        if (!back.empty() && !world.stream(i).closed()) world.stream(i).send(back);
        moved = moved || !there.empty() || !back.empty();
      }
    }
  }
  void pass(Duration d) {
    world.dispatcher.iterate(d);
    settle();
  }

  World world;
  std::map<size_t, std::unique_ptr<Http2End>> ends;
  std::set<size_t> gone;
};

TEST_F(Http2, ManyRequestsShareAConnection) {
  Seeker a(world, "/a");
  Seeker b(world, "/b");
  a.ask();
  b.ask();
  EXPECT_EQ(world.dispatcher.streams.size(), 1u);
  Http2End& origin = accept(0);
  ASSERT_EQ(origin.exchanges.size(), 2u);
  EXPECT_EQ(Http2Exchange::text(origin.exchanges[0].head), ":method: GET, :path: /a, :authority: h, :scheme: http");
  Seeker c(world, "/c");
  c.ask();
  EXPECT_EQ(c.log, "ready;") << "at once";
  settle();
  origin.respond(origin.exchanges[1], "200", "bb");
  origin.respond(origin.exchanges[2], "204", "");
  settle();
  EXPECT_EQ(a.log, "ready;");
  EXPECT_EQ(b.log, "ready;200;'bb' end;");
  EXPECT_EQ(c.log, "ready;204 end;");
  origin.respond(origin.exchanges[0], "200", "");
  settle();
  EXPECT_EQ(world.count(world.stats().upstream_cx_http2_total), 1u);
  EXPECT_EQ(world.count(world.stats().upstream_rq_total), 3u);
  EXPECT_EQ(world.count(world.stats().upstream_rq_active), 0u);
  EXPECT_EQ(world.named("http2.streams_active"), 0u);
}

TEST_F(Http2, InterimHeadsAndTrailersPass) {
  Seeker a(world);
  a.ask();
  Http2End& origin = accept(0);
  Http2Exchange& seen = origin.exchanges[0];
  origin.sendHead(seen, {{":status", "103"}}, false);
  origin.sendHead(seen, {{":status", "200"}}, false);
  origin.send(seen, "x", false);
  origin.sendTrailers(seen, {{"grpc-status", "0"}});
  settle();
  EXPECT_EQ(a.log, "ready;103;200;'x';trailers grpc-status end;");
}

TEST_F(Http2, ARequestGoesInPartsWithTrailers) {
  Seeker a(world);
  a.endStream = false;
  a.ask();
  Http2End& origin = accept(0);
  buffer::Buffer data(world.worker.blocks);
  data.append("body");
  a.stream->sendData(data, false);
  Arena arena(world.worker.arenas);
  message::HeaderMap trailers(arena);
  trailers.add(std::string_view("t"), "1");
  a.stream->sendTrailers(trailers);
  settle();
  EXPECT_EQ(origin.exchanges[0].body, "body");
  EXPECT_EQ(Http2Exchange::text(origin.exchanges[0].trailerMap), "t: 1");
}

TEST_F(Http2, ResetsGoBothWays) {
  Seeker a(world);
  Seeker b(world);
  Seeker c(world);
  a.ask();
  b.ask();
  c.ask();
  Http2End& origin = accept(0);
  origin.exchanges[0].stream->reset(ErrorCode::kInternalError);
  origin.exchanges[1].stream->reset(ErrorCode::kRefusedStream);
  std::exchange(c.stream, nullptr)->reset();
  settle();
  EXPECT_EQ(a.log, "ready;reset remote reset;");
  EXPECT_EQ(b.log, "ready;reset remote refused stream reset;");
  ASSERT_TRUE(origin.exchanges[2].reset);
  EXPECT_EQ(origin.exchanges[2].reset->code, ErrorCode::kInternalError);
  EXPECT_EQ(world.count(world.stats().upstream_rq_rx_reset), 1u);
  EXPECT_EQ(world.count(world.stats().upstream_rq_tx_reset), 1u);
  EXPECT_EQ(world.count(world.stats().upstream_rq_active), 0u);
  EXPECT_EQ(world.count(world.stats().upstream_cx_active), 1u) << "the connection stays";
}

TEST_F(Http2, AnAnswerBeforeTheEndOfItsRequestStopsTheRequest) {
  Seeker a(world);
  a.endStream = false;
  a.ask();
  Http2End& origin = accept(0);
  origin.respond(origin.exchanges[0], "413", "");
  settle();
  EXPECT_EQ(a.log, "ready;413 end;");
  ASSERT_TRUE(origin.exchanges[0].reset);
  EXPECT_EQ(origin.exchanges[0].reset->code, ErrorCode::kInternalError);
}

TEST_F(Http2, ThePeersLimitOfStreamsOpensAnotherConnection) {
  Seeker a(world);
  a.ask();
  http2::Options one;
  one.maxConcurrentStreams = 1;
  Http2End& origin = accept(0, one);
  Seeker b(world);
  b.ask();
  EXPECT_EQ(b.log, "");
  EXPECT_EQ(world.dispatcher.streams.size(), 2u);
  origin.respond(origin.exchanges[0], "200", "");
  settle();
  EXPECT_EQ(a.log, "ready;200 end;");
  EXPECT_EQ(b.log, "ready;") << "the first connection has room again";
}

TEST_F(Http2, GoAwayFinishesWhatWasSeenAndRefusesTheRest) {
  Seeker a(world);
  Seeker b(world);
  a.ask();
  b.ask();
  Http2End& origin = accept(0);
  world.stream(0).send(tests::frame(FrameType::kGoAway, 0, 0, u32(1) + u32(0)));
  settle();
  EXPECT_EQ(a.log, "ready;");
  EXPECT_EQ(b.log, "ready;reset remote refused stream reset;");
  EXPECT_EQ(world.count(world.stats().upstream_cx_close_notify), 1u);
  Seeker c(world);
  c.ask();
  EXPECT_EQ(world.dispatcher.streams.size(), 2u) << "nothing new goes to it";
  bool closed = false;
  world.stream(0).gone = &closed;
  origin.respond(origin.exchanges[0], "200", "");
  world.stream(0).send(origin.take());
  gone.insert(0);
  settle();
  EXPECT_EQ(a.log, "ready;200 end;");
  EXPECT_TRUE(closed);
}

// Upstream filters keep its request: once the origin has said GOAWAY it would not read it any more.
TEST_F(Http2, GoAwayRefusesARequestThatWasNotSentYet) {
  Seeker a(world);
  Seeker b(world);
  b.holdsHead = true;
  a.ask();
  b.ask();
  accept(0);
  world.stream(0).send(tests::frame(FrameType::kGoAway, 0, 0, u32(1) + u32(0)));
  settle();
  EXPECT_EQ(a.log, "ready;");
  EXPECT_EQ(b.log, "ready;reset remote refused stream reset;");
}

TEST_F(Http2, ARequestThatWasNotSentYetMayBeGivenUp) {
  Seeker a(world);
  a.holdsHead = true;
  a.ask();
  accept(0);
  std::exchange(a.stream, nullptr)->reset();
  settle();
  EXPECT_EQ(a.log, "ready;");
  Seeker b(world);
  b.ask();
  EXPECT_EQ(b.log, "ready;");
  EXPECT_EQ(world.dispatcher.streams.size(), 1u);
}

TEST_F(Http2, TheEndOfAConnectionResetsItsRequests) {
  Seeker a(world);
  Seeker b(world);
  a.ask();
  b.ask();
  accept(0);
  world.stream(0).sendFin();
  gone.insert(0);
  settle();
  EXPECT_EQ(a.log, "ready;reset connection termination;");
  EXPECT_EQ(b.log, "ready;reset connection termination;");
  EXPECT_EQ(world.count(world.stats().upstream_cx_destroy_remote_with_active_rq), 1u);
}

TEST_F(Http2, GarbageIsAProtocolError) {
  Seeker a(world);
  a.ask();
  accept(0);
  world.stream(0).send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
  gone.insert(0);
  settle();
  EXPECT_EQ(a.log, "ready;reset protocol error;");
  EXPECT_EQ(world.count(world.stats().upstream_cx_protocol_error), 1u);
}

TEST_F(Http2, ARefusedConnectionFailsWhoWaits) {
  Seeker a(world);
  Seeker b(world);
  a.ask();
  b.ask();
  world.stream(0).refuse();
  settle();
  EXPECT_EQ(a.log, "failed remote connection failure, delayed connect error: Connection refused;");
  EXPECT_EQ(b.log, a.log);
}

TEST_F(Http2, ConnectTimeoutFailsWhoWaits) {
  Seeker a(world);
  a.ask();
  pass(ms(4999));
  EXPECT_EQ(a.log, "");
  pass(ms(1));
  EXPECT_EQ(a.log, "failed connection timeout;");
}

struct Http2OneRequest : Http2 {
  static ClusterOptions options() {
    ClusterOptions o = http2Cluster();
    o.maxRequestsPerConnection = 1;
    return o;
  }
  Http2OneRequest() : Http2(options()) {}
};

TEST_F(Http2OneRequest, TheLastAllowedRequestEndsTheConnection) {
  Seeker a(world);
  a.ask();
  Http2End& origin = accept(0);
  bool closed = false;
  world.stream(0).gone = &closed;
  EXPECT_EQ(world.count(world.stats().upstream_cx_max_requests), 1u);
  origin.respond(origin.exchanges[0], "200", "");
  world.stream(0).send(origin.take());
  gone.insert(0);
  settle();
  EXPECT_EQ(a.log, "ready;200 end;");
  EXPECT_TRUE(closed);
}

struct Http2Keepalive : Http2 {
  static ClusterOptions options() {
    ClusterOptions o = http2Cluster();
    o.idleTimeout = Duration();
    o.http2Keepalive = {.interval = ms(1000), .timeout = ms(300), .jitterPpm = 0, .idleInterval = ms(400)};
    return o;
  }
  Http2Keepalive() : Http2(options()) {}
};

TEST_F(Http2Keepalive, APingThatIsNotAnsweredEndsTheConnection) {
  Seeker a(world);
  a.ask();
  accept(0);
  pass(ms(1000));  // asked, and answered
  pass(ms(999));
  EXPECT_EQ(a.log, "ready;");
  gone.insert(0);  // from here on the origin is silent
  pass(ms(1));
  pass(ms(299));
  EXPECT_EQ(a.log, "ready;");
  pass(ms(1));
  EXPECT_EQ(a.log, "ready;reset connection termination;");
  EXPECT_EQ(world.named("http2.keepalive_timeout"), 1u);
}

TEST_F(Http2Keepalive, AConnectionLongSilentIsAskedBeforeItIsUsed) {
  Seeker a(world);
  a.ask();
  Http2End& origin = accept(0);
  origin.respond(origin.exchanges[0], "200", "");
  settle();
  gone.insert(0);
  pass(ms(399));
  world.stream(0).dropTaken();
  Seeker b(world);
  b.ask();
  world.dispatcher.settle();
  EXPECT_EQ(tests::framesOf(world.stream(0).taken()), (std::vector<std::string>{"HEADERS 3 END_STREAM"}));
  pass(ms(2));
  Seeker c(world);
  c.ask();
  world.dispatcher.settle();
  EXPECT_EQ(tests::framesOf(world.stream(0).taken()), (std::vector<std::string>{"PING", "HEADERS 5 END_STREAM"}));
}

}  // namespace
}  // namespace orrery::upstream
