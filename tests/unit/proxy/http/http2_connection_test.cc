#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/http2_end.h"
#include "tests/unit/proxy/http/http_world.h"

// The connection manager behind HTTP/2: a client of the codec over a simulated connection.
namespace orrery::http {
namespace {

using http2::ErrorCode;
using http2::FrameType;
using net::RawPeer;
using tests::framesOf;
using tests::Http2End;
using tests::Http2Exchange;
using Frames = std::vector<std::string>;
using Lines = std::vector<std::string>;

struct Client {
  explicit Client(HttpWorld& w, http2::Options options = {})
      : world(w), peer(w.connect()), end(http2::Side::kClient, options) {
    pass(ms(1));
  }
  // Sends what there is, lets time pass, takes what came.
  void pass(Duration d) {
    const std::string out = end.take();
    if (!out.empty()) peer->send(out);
    world.pass(d);
    const std::string in = peer->take();
    for (std::string& f : framesOf(in)) frames.push_back(std::move(f));
    if (!in.empty()) end.receive(in);
    const std::string answer = end.take();
    if (!answer.empty()) peer->send(answer);
  }
  bool saw(const std::string& frame) const { return std::find(frames.begin(), frames.end(), frame) != frames.end(); }

  HttpWorld& world;
  std::unique_ptr<RawPeer> peer;
  Http2End end;
  Frames frames;
};

TEST(Http2Connection, AnswersRequestsSideBySide) {
  HttpWorld world{{}};
  world.onRequest = {};
  Client client(world);
  Http2Exchange& a = client.end.request("GET", "/a");
  Http2Exchange& b = client.end.request("POST", "/b", "body");
  client.pass(ms(1));
  ASSERT_EQ(world.requests(), 2u);
  world.end().reply(200, "second");
  client.pass(ms(1));
  EXPECT_FALSE(a.headSeen);
  EXPECT_EQ(b.body, "second");
  EXPECT_TRUE(b.closed);
  EXPECT_EQ(Http2Exchange::text(b.head).substr(0, 33), ":status: 200, content-length: 6, ");
  EXPECT_EQ(world.sink().lines, (Lines{"POST /b 200 - via_test"}));
  EXPECT_EQ(world.stat("http.test.downstream_cx_http2_active"), 1u);
  EXPECT_EQ(world.stat("http.test.downstream_rq_http2_total"), 2u);
  EXPECT_EQ(world.stat("http.test.downstream_cx_http1_total"), 0u);
}

TEST(Http2Connection, IsKnownByItsFirstBytesHoweverTheyCome) {
  HttpWorld world{{}};
  auto peer = world.connect();
  for (const char c : tests::kHttp2Preface) {
    peer->send(std::string_view(&c, 1));
    world.pass(ms(1));
  }
  peer->send(tests::frame(FrameType::kSettings, 0, 0));
  world.pass(ms(1));
  EXPECT_EQ(framesOf(peer->received()), (Frames{"SETTINGS", "SETTINGS ACK", "WINDOW_UPDATE 0 +25100289"}));
  auto other = world.connect();
  other->send("PROPFIND / HTTP/1.1\r\nhost: h\r\n\r\n");
  world.pass(ms(1));
  EXPECT_TRUE(other->received().starts_with("HTTP/1.1 200"));
}

TEST(Http2Connection, CodecTypeDecides) {
  HcmOptions options;
  options.codecType = CodecType::kHttp2;
  HttpWorld world{options};
  auto peer = world.connect();
  peer->send("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
  world.pass(ms(1500));
  EXPECT_EQ(framesOf(peer->received()), (Frames{"SETTINGS", "GOAWAY 0 1"}));
  EXPECT_EQ(peer->end(), RawPeer::End::kFin);
  EXPECT_EQ(world.stat("http.test.downstream_cx_protocol_error"), 1u);
}

TEST(Http2Connection, AnIdleOneIsDrainedInTwoSteps) {
  HcmOptions options;
  options.idleTimeout = ms(300);
  options.drainTimeout = ms(600);
  HttpWorld world{options};
  Client client(world);
  client.end.request("GET", "/");
  client.pass(ms(1));
  const TimePoint answered = world.now();
  client.frames.clear();
  client.pass(ms(290));
  EXPECT_EQ(client.frames, Frames{});
  client.pass(ms(20));
  EXPECT_EQ(client.frames, (Frames{"GOAWAY 2147483647 0"}));
  client.pass(ms(570));
  EXPECT_EQ(client.frames.size(), 1u);
  client.pass(ms(40));
  EXPECT_EQ(client.frames.back(), "GOAWAY 1 0");
  client.pass(ms(1500));
  EXPECT_EQ(client.peer->end(), RawPeer::End::kFin);
  EXPECT_NEAR(client.peer->endedAfter(answered).inMilliseconds(), 1900, 3) << "300 idle + 600 drain + 1000 delay";
  EXPECT_EQ(world.stat("http.test.downstream_cx_idle_timeout"), 1u);
}

TEST(Http2Connection, RequestsBetweenTheTwoStepsAreServed) {
  HcmOptions options;
  options.maxConnectionDuration = ms(100);
  options.drainTimeout = ms(600);
  HttpWorld world{options};
  Client client(world);
  client.end.request("GET", "/1");
  client.pass(ms(200));
  EXPECT_TRUE(client.saw("GOAWAY 2147483647 0"));
  // A client that has not read it yet.
  client.peer->send(tests::frame(FrameType::kHeaders, 5, 3, std::string("\x82\x84\x86\x01\x01h", 6)));
  client.pass(ms(1));
  EXPECT_EQ(world.requests(), 2u);
  EXPECT_TRUE(client.saw("DATA 3 2 bytes END_STREAM"));
  client.pass(ms(600));
  EXPECT_EQ(client.frames.back(), "GOAWAY 3 0");
}

TEST(Http2Connection, ItsLastAllowedRequestStartsTheDrain) {
  HcmOptions options;
  options.maxRequestsPerConnection = 2;
  options.drainTimeout = ms(100);
  HttpWorld world{options};
  Client client(world);
  client.end.request("GET", "/1");
  client.pass(ms(1));
  EXPECT_FALSE(client.saw("GOAWAY 2147483647 0"));
  client.end.request("GET", "/2");
  client.pass(ms(1));
  EXPECT_TRUE(client.saw("GOAWAY 2147483647 0"));
  EXPECT_TRUE(client.end.exchanges[1].closed);
  client.pass(ms(200));
  EXPECT_EQ(client.frames.back(), "GOAWAY 3 0");
  EXPECT_EQ(world.stat("http.test.downstream_cx_max_requests_reached"), 1u);
}

TEST(Http2Connection, ATimedOutStreamLeavesTheOthersAlone) {
  HcmOptions options;
  options.streamIdleTimeout = ms(300);
  HttpWorld world{options};
  world.onRequest = {};
  Client client(world);
  Http2Exchange& open = client.end.request("POST", "/1", "a", true);
  Http2Exchange& whole = client.end.request("GET", "/2");
  client.pass(ms(299));
  EXPECT_FALSE(open.headSeen || whole.headSeen);
  client.pass(ms(2));
  EXPECT_EQ(open.head.status(), 408u);
  EXPECT_EQ(whole.head.status(), 504u);
  EXPECT_EQ(world.sink().lines, (Lines{"POST /1 408 SI stream_idle_timeout", "GET /2 504 SI stream_idle_timeout"}));
  // The rest of the first request is not wanted; the connection stays.
  EXPECT_TRUE(client.saw("RST_STREAM 1 0"));
  Http2Exchange& third = client.end.request("GET", "/3");
  client.pass(ms(1));
  ASSERT_EQ(world.requests(), 3u);
  world.end().reply(200, "");
  client.pass(ms(1));
  EXPECT_EQ(third.head.status(), 200u);
}

TEST(Http2Connection, AClientsResetEndsTheStream) {
  HttpWorld world{{}};
  world.onRequest = {};
  Client client(world);
  Http2Exchange& a = client.end.request("GET", "/a");
  client.pass(ms(1));
  a.stream->reset(ErrorCode::kCancel);
  client.pass(ms(1));
  EXPECT_EQ(world.end().destroyed, 1);
  EXPECT_EQ(world.sink().lines, (Lines{"GET /a 0 DR http2.remote_reset"}));
  EXPECT_EQ(world.stat("http.test.downstream_rq_rx_reset"), 1u);
  EXPECT_EQ(world.stat("http.test.downstream_rq_active"), 0u);
}

TEST(Http2Connection, AResponseThatCannotGoKeepsItsStream) {
  HcmOptions options;
  options.streamIdleTimeout = ms(300);
  options.streamFlushTimeout = ms(500);
  HttpWorld world{options};
  world.onRequest = {};
  http2::Options small;
  small.initialStreamWindow = 4;
  Client client(world, small);
  Http2Exchange& a = client.end.request("GET", "/a");
  client.pass(ms(1));
  // The client counts nothing as used, so its window stays shut.
  a.stream->readDisable(true);
  world.end().reply(200, "0123456789");
  client.pass(ms(499));
  EXPECT_EQ(world.sink().lines, Lines{}) << "given, but not gone: not over";
  EXPECT_EQ(world.stat("http.test.downstream_rq_active"), 1u);
  client.pass(ms(3));
  EXPECT_TRUE(client.saw("RST_STREAM 1 2"));
  EXPECT_EQ(world.stat("http2.tx_flush_timeout"), 1u);
  EXPECT_EQ(world.stat("http.test.downstream_rq_active"), 0u);
  ASSERT_EQ(world.sink().lines.size(), 1u);
}

TEST(Http2Connection, EachByteThatGoesGivesMoreTimeToTheRest) {
  HcmOptions options;
  options.streamFlushTimeout = ms(500);
  HttpWorld world{options};
  world.onRequest = {};
  http2::Options small;
  small.initialStreamWindow = 4;
  Client client(world, small);
  client.end.request("GET", "/a").stream->readDisable(true);
  client.pass(ms(1));
  world.end().reply(200, "0123456789");
  world.pass(ms(400));
  client.peer->send(tests::frame(FrameType::kWindowUpdate, 0, 1, tests::u32(2)));
  world.pass(ms(400));
  EXPECT_EQ(world.sink().lines, Lines{});
  client.peer->send(tests::frame(FrameType::kWindowUpdate, 0, 1, tests::u32(4)));
  world.pass(ms(1));
  EXPECT_EQ(world.sink().lines, (Lines{"GET /a 200 - via_test"}));
}

TEST(Http2Connection, OpeningAndResettingOverAndOverEndsTheConnection) {
  HttpWorld world{{}};
  world.onRequest = {};
  Client client(world);
  // CVE-2023-44487: of the first 500 streams half may go that way.
  for (int i = 0; i < 249; ++i) client.end.request("GET", "/").stream->reset(ErrorCode::kCancel);
  client.pass(ms(1));
  EXPECT_EQ(world.stat("http.test.downstream_rq_too_many_premature_resets"), 0u);
  client.end.request("GET", "/").stream->reset(ErrorCode::kCancel);
  client.pass(ms(1));
  EXPECT_EQ(world.stat("http.test.downstream_rq_too_many_premature_resets"), 1u);
  EXPECT_NE(client.peer->end(), RawPeer::End::kNone);
}

// envoyproxy/envoy#30270: closing resets what is open, which was counted again, each time one deeper.
TEST(Http2Connection, ManyResetsEndTheConnectionOnceWhateverIsOpen) {
  HttpWorld world{{}};
  world.onRequest = {};
  Client client(world);
  for (int i = 0; i < 20; ++i) client.end.request("GET", "/");
  for (int i = 0; i < 250; ++i) client.end.request("GET", "/").stream->reset(ErrorCode::kCancel);
  client.pass(ms(1));
  EXPECT_EQ(world.stat("http.test.downstream_rq_too_many_premature_resets"), 1u);
  EXPECT_NE(client.peer->end(), RawPeer::End::kNone);
}

TEST(Http2Connection, KeepaliveAsksAndGivesUp) {
  HcmOptions options;
  options.http2Keepalive = {.interval = ms(1000), .timeout = ms(300), .jitterPpm = 0, .idleInterval = {}};
  HttpWorld world{options};
  Client client(world);
  client.pass(ms(997));
  EXPECT_FALSE(client.saw("PING"));
  client.pass(ms(5));
  EXPECT_TRUE(client.saw("PING"));
  client.pass(ms(1));  // the answer goes out
  client.pass(ms(900));
  EXPECT_EQ(client.peer->end(), RawPeer::End::kNone);
  // From here on the client is silent.
  world.pass(ms(110));
  EXPECT_EQ(client.peer->end(), RawPeer::End::kNone);
  world.pass(ms(400));
  EXPECT_NE(client.peer->end(), RawPeer::End::kNone);
  EXPECT_EQ(world.stat("http2.keepalive_timeout"), 1u);
}

TEST(Http2Connection, AReaderThatStopsBoundsWhatIsKept) {
  HttpWorld world({}, {}, 16 * 1024);
  world.onRequest = {};
  http2::Options small;
  small.initialStreamWindow = 1000;
  Client client(world, small);
  client.end.request("GET", "/").stream->readDisable(true);
  client.pass(ms(1));
  struct Watch final : DownstreamWatermarkCallbacks {
    void onAboveWriteBufferHighWatermark() override { ++above; }
    void onBelowWriteBufferLowWatermark() override { ++below; }
    int above = 0;
    int below = 0;
  } watch;
  world.end().callbacks->addDownstreamWatermarkCallbacks(watch);
  world.end().replyHeaders(200, false);
  // 16 MiB may wait in a stream (initial_stream_window_size); then whoever makes the body is told to stop.
  for (int i = 0; i < 17; ++i) world.end().replyData(std::string(1 << 20, 'x'), false);
  EXPECT_EQ(watch.above, 1);
  world.end().callbacks->removeDownstreamWatermarkCallbacks(watch);
  client.peer->close();
  world.pass(ms(10));
  EXPECT_EQ(world.stat("http2.pending_send_bytes"), 0u);
}

// Envoy #6872, #7212: what a connection that ends still flushes takes it below its mark; its streams are gone by then.
TEST(Http2Connection, StreamsThatAreOverHearNothingOfTheFlush) {
  HcmOptions options;
  options.http2.maxOutboundFrames = 100'000;
  HttpWorld world(options, {}, 16 * 1024);
  world.onRequest = {};
  http2::Options wide;
  wide.initialStreamWindow = 16 << 20;
  wide.initialConnectionWindow = 16 << 20;
  Client client(world, wide);
  client.end.request("GET", "/");
  client.pass(ms(1));
  client.peer->read(false);
  struct Watch final : DownstreamWatermarkCallbacks {
    explicit Watch(const TestEnd& e) : end(e) {}
    void onAboveWriteBufferHighWatermark() override { (end.destroyed > 0 ? afterEnd : above) += 1; }
    void onBelowWriteBufferLowWatermark() override { (end.destroyed > 0 ? afterEnd : below) += 1; }
    const TestEnd& end;
    int above = 0;
    int below = 0;
    int afterEnd = 0;
  } watch(world.end());
  world.end().callbacks->addDownstreamWatermarkCallbacks(watch);
  world.end().replyHeaders(200, false);
  for (int i = 0; i < 20; ++i) {
    world.end().replyData(std::string(256 << 10, 'x'), false);
    world.pass(ms(1));
  }
  ASSERT_EQ(watch.above, watch.below + 1);
  ASSERT_EQ(world.end().destroyed, 0);
  // A breach of the protocol ends the connection: GOAWAY and what waits before it are flushed.
  client.peer->send(tests::frame(FrameType::kWindowUpdate, 0, 0, std::string(4, '\0')));
  world.pass(ms(1));
  EXPECT_EQ(world.end().destroyed, 1);
  client.peer->read(true);
  world.pass(ms(2000));
  EXPECT_EQ(framesOf(client.peer->received()).back(), "GOAWAY 1 1");
  EXPECT_NE(client.peer->end(), RawPeer::End::kNone);
  EXPECT_EQ(watch.afterEnd, 0);
}

// CVE-2020-12603: a frame of one byte in a segment of its own is kept without the block that it was read into.
TEST(Http2Connection, TinyFramesOfAPausedRequestShareTheirMemory) {
  HttpWorld world{{}};
  world.onRequest = {};
  Client client(world);
  const uint32_t id = client.end.request("POST", "/", {}, true).stream->id();
  client.pass(ms(1));
  world.end().callbacks->onDecoderFilterAboveWriteBufferHighWatermark();
  const size_t blocks = world.worker().blocks.liveBlocks();
  for (int i = 0; i < 2'000; ++i) {
    client.peer->send(tests::frame(FrameType::kData, 0, id, "x"));
    world.pass(Duration::microseconds(10));
  }
  EXPECT_LE(world.worker().blocks.liveBlocks(), blocks + 3);
  world.end().callbacks->onDecoderFilterBelowWriteBufferLowWatermark();
  world.pass(ms(1));
  EXPECT_EQ(world.end().body, std::string(2'000, 'x'));
}

TEST(Http2Connection, AClientThatReadsNothingIsGivenUp) {
  HcmOptions options;
  options.http2.maxOutboundFrames = 50;
  HttpWorld world(options);
  world.onRequest = {};
  Client client(world);
  client.end.request("GET", "/");
  client.pass(ms(1));
  client.peer->read(false);
  world.end().replyHeaders(200, false);
  for (int i = 0; i < 100 && world.stat("http2.outbound_flood") == 0; ++i) {
    world.end().replyData(std::string(64 << 10, 'x'), false);
    world.pass(ms(1));
  }
  EXPECT_EQ(world.stat("http2.outbound_flood"), 1u);
  EXPECT_EQ(world.stat("http.test.downstream_cx_destroy_local"), 1u);
  EXPECT_EQ(world.stat("http.test.downstream_rq_active"), 0u);
  EXPECT_EQ(world.stat("http2.outbound_frames_active"), 0u);
}

TEST(Http2Connection, APausedRequestIsNotReadFurther) {
  HcmOptions options;
  options.http2.initialStreamWindow = 70000;
  HttpWorld world(options);
  world.onRequest = {};
  Client client(world);
  Http2Exchange& upload = client.end.request("POST", "/", "", true);
  client.pass(ms(1));
  world.end().callbacks->onDecoderFilterAboveWriteBufferHighWatermark();
  client.end.send(upload, std::string(200000, 'a'), true);
  client.pass(ms(5));
  client.pass(ms(5));
  EXPECT_EQ(world.end().body.size(), 0u);
  EXPECT_EQ(client.end.stat("pending_send_bytes"), 130000u);
  world.end().callbacks->onDecoderFilterBelowWriteBufferLowWatermark();
  for (int i = 0; i < 10; ++i) client.pass(ms(1));
  EXPECT_EQ(world.end().body.size(), 200000u);
  EXPECT_TRUE(world.end().ended);
}

TEST(Http2Connection, TwoLimitsOfItsHeads) {
  HcmOptions options;
  options.http2.headers.maxBytes = 1024;
  HttpWorld world(options);
  Client client(world);
  Http2Exchange& big = client.end.request("GET", "/", "", false, {{"x", std::string(2000, 'x')}});
  client.pass(ms(1));
  ASSERT_TRUE(big.reset);
  EXPECT_EQ(big.reset->code, ErrorCode::kInternalError);
  EXPECT_EQ(world.stat("http2.header_list_size_too_large"), 1u);
  EXPECT_EQ(world.sink().lines, (Lines{"- - 0 DR http2.header_list_size_too_large"}));
  Http2Exchange& fine = client.end.request("GET", "/");
  client.pass(ms(1));
  EXPECT_EQ(fine.head.status(), 200u);
}

TEST(Http2Connection, EndsWithItsClient) {
  HttpWorld world{{}};
  world.onRequest = {};
  Client client(world);
  client.end.request("GET", "/a");
  client.pass(ms(1));
  client.peer->close();
  world.pass(ms(10));
  EXPECT_EQ(world.sink().lines, (Lines{"GET /a 0 DC downstream_remote_disconnect"}));
  EXPECT_EQ(world.stat("http.test.downstream_cx_http2_active"), 0u);
  EXPECT_EQ(world.stat("http2.streams_active"), 0u);
  EXPECT_EQ(world.stat("http2.outbound_frames_active"), 0u);
}

}  // namespace
}  // namespace orrery::http
