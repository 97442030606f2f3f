#include <gtest/gtest.h>

#include "tests/unit/proxy/http/http_world.h"

// The timers of a request. Each says: nothing just before, the reply just past, the end one delayed close (1 s) later.
namespace orrery::http {
namespace {

using net::RawPeer;

std::string reply(int status, std::string_view reason, std::string_view body, bool close) {
  return "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason) +
         "\r\ncontent-length: " + std::to_string(body.size()) + "\r\ncontent-type: text/plain\r\nserver: envoy\r\n" +
         (close ? "connection: close\r\n" : "") + "\r\n" + std::string(body);
}

// Sends `request` at time 0; the reply must come at `at` and end the connection if it closes.
void expectTimeout(HcmOptions options, std::string_view request, Duration at, const std::string& expected,
                   const std::string& line) {
  HttpWorld world{std::move(options)};
  world.onRequest = {};
  auto peer = world.connect();
  const TimePoint start = world.now();
  peer->send(request);
  world.pass(at - ms(1));
  EXPECT_EQ(peer->received(), "");
  world.pass(ms(2));
  EXPECT_EQ(withoutDate(peer->received()), expected);
  EXPECT_EQ(world.sink().lines, std::vector<std::string>{line});
  world.pass(ms(1500));
  if (expected.find("connection: close") == std::string::npos) {
    EXPECT_EQ(peer->end(), RawPeer::End::kNone);
  } else {
    EXPECT_EQ(peer->end(), RawPeer::End::kFin);
    EXPECT_EQ(peer->endedAfter(start).inMilliseconds(), (at + ms(1000)).inMilliseconds());
  }
}

TEST(Timeouts, RequestHeadersTimeoutAnswers408) {
  HcmOptions o;
  o.requestHeadersTimeout = ms(300);
  expectTimeout(o, "GET / HTTP/1.1\r\nho", ms(300), reply(408, "Request Timeout", "request header timeout", true),
                "- - 408 - request_header_timeout");
}

TEST(Timeouts, RequestHeadersTimeoutIsNotRestartedByBytes) {
  HcmOptions o;
  o.requestHeadersTimeout = ms(300);
  HttpWorld world{o};
  auto peer = world.connect();
  const TimePoint start = world.now();
  for (char c : std::string_view("GET / HTTP")) {
    peer->send(std::string_view(&c, 1));
    world.pass(ms(50));
  }
  world.pass(ms(2000));
  EXPECT_TRUE(peer->received().starts_with("HTTP/1.1 408 Request Timeout\r\n"));
  EXPECT_GE(peer->endedAfter(start).inMilliseconds(), 1300);
}

TEST(Timeouts, RequestTimeoutAnswers408WhileTheBodyIsMissing) {
  HcmOptions o;
  o.requestTimeout = ms(600);
  expectTimeout(o, "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 9\r\n\r\nabc", ms(600),
                reply(408, "Request Timeout", "request timeout", true), "POST / 408 - request_overall_timeout");
}

TEST(Timeouts, RequestTimeoutEndsWithTheRequest) {
  HcmOptions o;
  o.requestTimeout = ms(600);
  HttpWorld world{o};
  world.onRequest = {};
  auto peer = world.connect();
  peer->send("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
  world.pass(ms(2000));
  EXPECT_EQ(peer->received(), "");
}

TEST(Timeouts, StreamIdleAnswers504WhenTheRequestWasComplete) {
  HcmOptions o;
  o.streamIdleTimeout = ms(700);
  expectTimeout(o, "GET / HTTP/1.1\r\nhost: h\r\n\r\n", ms(700), reply(504, "Gateway Timeout", "stream timeout", false),
                "GET / 504 SI stream_idle_timeout");
}

TEST(Timeouts, StreamIdleAnswers408WhenTheClientIsToBlame) {
  HcmOptions o;
  o.streamIdleTimeout = ms(700);
  expectTimeout(o, "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 9\r\n\r\nabc", ms(700),
                reply(408, "Request Timeout", "stream timeout", true), "POST / 408 SI stream_idle_timeout");
  expectTimeout(o, "GET / HT", ms(700), reply(408, "Request Timeout", "stream timeout", true),
                "- - 408 SI stream_idle_timeout");
}

TEST(Timeouts, StreamIdleAfterTheHeadersEndsTheConnection) {
  HcmOptions o;
  o.streamIdleTimeout = ms(700);
  HttpWorld world{o};
  world.onRequest = [](TestEnd& end) { end.replyHeaders(200, false, 10); };
  auto peer = world.connect();
  const TimePoint start = world.now();
  peer->send("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
  world.pass(ms(3000));
  EXPECT_EQ(peer->endedAfter(start).inMilliseconds(), 1700);
  EXPECT_EQ(world.sink().lines, std::vector<std::string>{"GET / 200 SI stream_idle_timeout"});
}

TEST(Timeouts, EachPieceRestartsStreamIdle) {
  HcmOptions o;
  o.streamIdleTimeout = ms(700);
  HttpWorld world{o};
  world.onRequest = {};
  auto peer = world.connect();
  peer->send("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\n\r\n");
  for (int i = 0; i < 4; ++i) {
    world.pass(ms(600));
    peer->send("x");
  }
  world.pass(ms(600));
  world.end().reply(200, "ok");
  world.pass(ms(1));
  EXPECT_EQ(world.sink().lines, std::vector<std::string>{"POST / 200 - via_test"});
}

TEST(Timeouts, MaxStreamDurationAnswers504) {
  HcmOptions o;
  o.maxStreamDuration = ms(400);
  expectTimeout(o, "GET / HTTP/1.1\r\nhost: h\r\n\r\n", ms(400),
                reply(504, "Gateway Timeout", "downstream duration timeout", false),
                "GET / 504 - max_duration_timeout");
}

TEST(Timeouts, ARequestThatIsAnsweredLeavesNoTimerBehind) {
  HcmOptions o;
  o.requestTimeout = ms(100);
  o.requestHeadersTimeout = ms(100);
  o.streamIdleTimeout = ms(100);
  o.maxStreamDuration = ms(100);
  o.idleTimeout = {};
  HttpWorld world{o};
  auto peer = world.connect();
  peer->send("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
  world.pass(ms(1));
  EXPECT_EQ(world.worker().dispatcher.armedTimers(), 0u);
  world.pass(ms(2000));
  EXPECT_EQ(peer->end(), RawPeer::End::kNone);
}

}  // namespace
}  // namespace orrery::http
