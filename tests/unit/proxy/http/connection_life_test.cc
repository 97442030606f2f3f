#include <gtest/gtest.h>

#include "tests/unit/proxy/http/http_world.h"

// The life of a downstream connection. Times are those of facts measured at Envoy 1.40: see each test's arithmetic.
namespace orrery::http {
namespace {

using net::RawPeer;

constexpr std::string_view kOkClose =
    "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nserver: envoy\r\nconnection: close\r\n\r\nok";

HcmOptions quick() {
  HcmOptions o;
  o.idleTimeout = ms(300);
  o.drainTimeout = ms(600);
  o.delayedCloseTimeout = ms(1000);
  return o;
}

// Envoy's doubts about the order of fields are settled in header tests; here only what a connection does matters.
std::string next(RawPeer& peer) { return withoutDate(peer.take()); }

TEST(ConnectionLife, AnswersRequestAfterRequest) {
  HttpWorld world{{}};
  auto peer = world.connect();
  for (int i = 0; i < 3; ++i) {
    peer->send(kGet);
    world.pass(ms(1));
    EXPECT_EQ(next(*peer), kOk);
  }
  EXPECT_EQ(world.sink().lines, (std::vector<std::string>(3, "GET /a 200 - via_test")));
  EXPECT_EQ(world.stat("http.test.downstream_rq_total"), 3u);
  EXPECT_EQ(world.stat("http.test.downstream_rq_2xx"), 3u);
  EXPECT_EQ(world.stat("http.test.downstream_cx_total"), 1u);
  EXPECT_EQ(world.stat("http.test.downstream_cx_rx_bytes_total"), 3 * kGet.size());
}

TEST(ConnectionLife, PipelinedRequestsWaitForTheirTurn) {
  HttpWorld world{{}};
  world.onRequest = {};
  auto peer = world.connect();
  peer->send(std::string(kGet) + "GET /b HTTP/1.1\r\nhost: h\r\n\r\n");
  world.pass(ms(1));
  ASSERT_EQ(world.requests(), 1u);
  world.end().reply(200, "ok");
  world.pass(ms(1));
  EXPECT_EQ(next(*peer), kOk);
  ASSERT_EQ(world.requests(), 2u);
  EXPECT_EQ(world.end().path, "/b");
  world.end().reply(200, "ok");
  world.pass(ms(1));
  EXPECT_EQ(next(*peer), kOk);
}

// Never used: FIN at 300 ms.
TEST(ConnectionLife, AnIdleConnectionThatCarriedNothingIsClosedAtTheTimer) {
  HttpWorld world{quick()};
  const TimePoint start = world.now();
  auto peer = world.connect();
  world.pass(ms(3000));
  EXPECT_EQ(peer->end(), RawPeer::End::kFin);
  EXPECT_EQ(peer->endedAfter(start).inMilliseconds(), 300);
  EXPECT_EQ(world.stat("http.test.downstream_cx_idle_timeout"), 1u);
}

// Used: FIN at 300 idle + 600 drain + 1000 delayed close = 1900 ms.
TEST(ConnectionLife, AnIdleConnectionThatWasUsedIsDrained) {
  HttpWorld world{quick()};
  auto peer = world.connect();
  peer->send(kGet);
  world.pass(ms(1));
  const TimePoint used = world.now();
  world.pass(ms(3000));
  EXPECT_EQ(peer->end(), RawPeer::End::kFin);
  EXPECT_NEAR(static_cast<double>(peer->endedAfter(used).inMilliseconds()), 1900, 1);
  EXPECT_EQ(world.stat("http.test.downstream_cx_delayed_close_timeout"), 1u);
}

// A request at 500 ms, inside the drain, is served and marked, and does not hasten the close; nor does the client's wish.
TEST(ConnectionLife, ARequestInTheDrainIsServedAndDoesNotHastenTheClose) {
  HttpWorld world{quick()};
  auto peer = world.connect();
  peer->send(kGet);
  world.pass(ms(1));
  next(*peer);
  const TimePoint used = world.now();
  world.pass(ms(500));
  peer->send("GET /a HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
  world.pass(ms(1));
  EXPECT_EQ(next(*peer), kOkClose);
  world.pass(ms(3000));
  EXPECT_NEAR(static_cast<double>(peer->endedAfter(used).inMilliseconds()), 1900, 1);
}

// In flight when the drain timer fires: answered, then FIN one delayed close later.
TEST(ConnectionLife, AResponseAfterTheDrainTimerIsFollowedByTheClose) {
  HttpWorld world{quick()};
  auto peer = world.connect();
  peer->send(kGet);
  world.pass(ms(400));  // idle at 300, drain ends at 900
  next(*peer);
  world.onRequest = {};
  peer->send(kGet);
  world.pass(ms(800));
  const TimePoint answered = world.now();
  world.end().reply(200, "ok");
  world.pass(ms(3000));
  EXPECT_EQ(next(*peer), kOkClose);
  EXPECT_EQ(peer->endedAfter(answered).inMilliseconds(), 1000);
}

TEST(ConnectionLife, MaxConnectionDurationClosesUnusedAtTheTimerAndDrainsUsed) {
  HcmOptions o = quick();
  o.idleTimeout = {};
  o.maxConnectionDuration = ms(400);
  HttpWorld world{o};
  const TimePoint start = world.now();
  auto unused = world.connect();
  auto used = world.connect();
  used->send(kGet);
  world.pass(ms(4000));
  EXPECT_EQ(unused->endedAfter(start).inMilliseconds(), 400);
  EXPECT_EQ(used->endedAfter(start).inMilliseconds(), 2000);  // 400 + 600 + 1000
  EXPECT_EQ(world.stat("http.test.downstream_cx_max_duration_reached"), 2u);
}

// The client's own wish: FIN at once where the answer comes from outside the read that brought the request.
TEST(ConnectionLife, TheClientsWishToCloseIsMetAtOnce) {
  HttpWorld world{quick()};
  world.onRequest = {};
  auto peer = world.connect();
  peer->send("GET /a HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
  world.pass(ms(10));
  const TimePoint answered = world.now();
  world.end().reply(200, "ok");
  world.pass(ms(2));
  EXPECT_EQ(next(*peer), kOkClose);
  EXPECT_EQ(peer->end(), RawPeer::End::kFin);
  EXPECT_EQ(peer->endedAfter(answered).inMilliseconds(), 0);
}

// Measured at the direct response: an answer given inside the read is closed only after the delay.
TEST(ConnectionLife, AnAnswerInsideTheReadIsClosedAfterTheDelay) {
  HttpWorld world{quick()};
  auto peer = world.connect();
  const TimePoint start = world.now();
  peer->send("GET /a HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
  world.pass(ms(3000));
  EXPECT_EQ(next(*peer), kOkClose);
  EXPECT_EQ(peer->endedAfter(start).inMilliseconds(), 1000);
}

TEST(ConnectionLife, MaxRequestsClosesAfterTheLast) {
  HcmOptions o = quick();
  o.maxRequestsPerConnection = 2;
  HttpWorld world{o};
  auto peer = world.connect();
  peer->send(kGet);
  world.pass(ms(1));
  EXPECT_EQ(next(*peer), kOk);
  peer->send(kGet);
  world.pass(ms(1));
  EXPECT_EQ(next(*peer), kOkClose);
  world.pass(ms(1100));
  EXPECT_EQ(peer->end(), RawPeer::End::kFin);
  EXPECT_EQ(world.stat("http.test.downstream_cx_max_requests_reached"), 1u);
}

TEST(ConnectionLife, AClientsFinAbortsItsRequest) {
  HttpWorld world{quick()};
  world.onRequest = {};
  auto peer = world.connect();
  peer->send(kGet);
  world.pass(ms(1));
  peer->sendFin();
  world.pass(ms(1));
  EXPECT_EQ(world.sink().lines, std::vector<std::string>{"GET /a 0 DC downstream_remote_disconnect"});
  EXPECT_EQ(world.end().destroyed, 1);
  EXPECT_EQ(peer->end(), RawPeer::End::kFin);
  EXPECT_EQ(world.stat("http.test.downstream_cx_destroy_remote_active_rq"), 1u);
  EXPECT_EQ(world.stat("http.test.downstream_rq_rx_reset"), 1u);
}

// Difference 8: an answer in the middle of an upload costs the connection, and the client's bytes make it a reset.
TEST(ConnectionLife, AnEarlyAnswerCostsTheConnection) {
  HttpWorld world{quick()};
  world.onRequest = [](TestEnd& end) {
    if (!end.ended) end.reply(413, "big");
  };
  auto peer = world.connect();
  peer->send("POST /up HTTP/1.1\r\nhost: h\r\ncontent-length: 100\r\n\r\nsome");
  world.pass(ms(1));
  const TimePoint answered = world.now();
  EXPECT_EQ(next(*peer),
            "HTTP/1.1 413 Payload Too Large\r\ncontent-length: 3\r\nserver: envoy\r\nconnection: close\r\n\r\nbig");
  peer->send("more");
  world.pass(ms(2000));
  EXPECT_EQ(peer->end(), RawPeer::End::kReset);
  EXPECT_NEAR(static_cast<double>(peer->endedAfter(answered).inMilliseconds()), 1000, 1);
  EXPECT_EQ(world.sink().lines, std::vector<std::string>{"POST /up 413 - via_test"});
  EXPECT_EQ(world.stat("http.test.downstream_rq_response_before_rq_complete"), 1u);
}

// Difference 3: a reset after the headers is silence for the delay, then FIN.
TEST(ConnectionLife, AResetOfAResponseInProgressIsSilenceAndThenTheEnd) {
  HttpWorld world{quick()};
  world.onRequest = [](TestEnd& end) { end.replyHeaders(200, false, 10); };
  auto peer = world.connect();
  peer->send(kGet);
  world.pass(ms(1));
  const TimePoint reset = world.now();
  world.end().callbacks->endAfterPartialResponse("cut");
  world.pass(ms(999));
  EXPECT_EQ(peer->end(), RawPeer::End::kNone);
  world.pass(ms(2));
  EXPECT_EQ(peer->end(), RawPeer::End::kFin);
  // The test acts between two iterations, so the timer counts from the last one.
  EXPECT_NEAR(static_cast<double>(peer->endedAfter(reset).inMilliseconds()), 1000, 1);
  EXPECT_EQ(world.sink().lines, std::vector<std::string>{"GET /a 200 - cut"});
  EXPECT_EQ(world.stat("http.test.downstream_rq_tx_reset"), 1u);
}

TEST(ConnectionLife, ADrainingWorkerMarksItsResponses) {
  HttpWorld world{quick()};
  auto peer = world.connect();
  world.worker().drain.failHealthCheck(true);
  const TimePoint start = world.now();
  peer->send(kGet);
  world.pass(ms(1));
  EXPECT_EQ(next(*peer), kOkClose);
  EXPECT_EQ(world.stat("http.test.downstream_cx_drain_close"), 1u);
  world.pass(ms(3000));
  EXPECT_EQ(peer->endedAfter(start).inMilliseconds(), 1600);  // 600 drain + 1000 delayed close
}

}  // namespace
}  // namespace orrery::http
