#include <gtest/gtest.h>

#include "tests/support/http2_end.h"

// Two ends of a connection, and what each sees.
namespace orrery::http2 {
namespace {

using tests::exchangeBytes;
using tests::frame;
using tests::framesOf;
using tests::Http2End;
using tests::Http2Exchange;
using tests::kHttp2Preface;
using tests::u32;
using Frames = std::vector<std::string>;

struct Pair {
  explicit Pair(Options ofServer = {}, Options ofClient = {})
      : server(Side::kServer, ofServer), client(Side::kClient, ofClient) {
    exchangeBytes(client, server);
  }
  Http2End server;
  Http2End client;
};

// A server that has greeted a client made of raw bytes.
struct RawClient {
  explicit RawClient(Options options = {}) : server(Side::kServer, options) {
    server.receive(std::string(kHttp2Preface) + frame(FrameType::kSettings, 0, 0) +
                   frame(FrameType::kSettings, flag::kAck, 0));
    server.take();
  }
  Frames send(std::string_view bytes) {
    status = server.receive(bytes);
    return framesOf(server.take());
  }
  Http2End server;
  SessionStatus status = SessionStatus::kOk;
};

// GET / of host h, without indexing of what is not in the static table.
const std::string kGet("\x82\x84\x86\x01\x01h", 6);
std::string get(uint32_t stream, uint8_t flags = flag::kEndHeaders | flag::kEndStream) {
  return frame(FrameType::kHeaders, flags, stream, kGet);
}

TEST(Session, GreetsWithEnvoysSettings) {
  Http2End server(Side::kServer);
  const std::string greeting = server.take();
  std::string settings;
  for (const auto& [id, value] :
       std::vector<std::pair<uint16_t, uint32_t>>{{1, 4096}, {8, 0}, {3, 1024}, {4, 1 << 24}}) {
    settings += std::string{'\0', static_cast<char>(id)} + u32(value);
  }
  EXPECT_EQ(greeting, frame(FrameType::kSettings, 0, 0, settings));
  server.receive(std::string(kHttp2Preface) + frame(FrameType::kSettings, 0, 0));
  EXPECT_EQ(framesOf(server.take()), (Frames{"SETTINGS ACK", "WINDOW_UPDATE 0 +25100289"}));
}

TEST(Session, CarriesARequestAndItsAnswer) {
  Pair pair;
  Http2Exchange& request =
      pair.client.request("POST", "/a?b", "hello", false, {{"x", "y"}, {"cookie", "a=1"}, {"cookie", "b=2"}});
  exchangeBytes(pair.client, pair.server);
  ASSERT_EQ(pair.server.exchanges.size(), 1u);
  Http2Exchange& seen = pair.server.exchanges[0];
  EXPECT_EQ(Http2Exchange::text(seen.head),
            ":method: POST, :scheme: http, :path: /a?b, :authority: h, x: y, cookie: a=1; b=2");
  EXPECT_EQ(seen.body, "hello");
  EXPECT_TRUE(seen.ended);
  EXPECT_FALSE(seen.closed);
  pair.server.respond(seen, "200", "world");
  exchangeBytes(pair.client, pair.server);
  EXPECT_TRUE(seen.localEnd && seen.closed);
  EXPECT_EQ(Http2Exchange::text(request.head), ":status: 200");
  EXPECT_EQ(request.body, "world");
  EXPECT_TRUE(request.closed);
  EXPECT_EQ(pair.server.stat("streams_active"), 0u);
  EXPECT_EQ(pair.server.session().streamCount(), 0u);
}

TEST(Session, CarriesInterimHeadsAndTrailers) {
  Pair pair;
  Http2Exchange& request = pair.client.request("POST", "/", "a", true);
  pair.client.sendTrailers(request, {{"t", "1"}});
  exchangeBytes(pair.client, pair.server);
  Http2Exchange& seen = pair.server.exchanges[0];
  EXPECT_TRUE(seen.trailersSeen);
  EXPECT_EQ(Http2Exchange::text(seen.trailerMap), "t: 1");
  pair.server.sendHead(seen, {{":status", "103"}, {"link", "l"}}, false);
  pair.server.sendHead(seen, {{":status", "200"}}, false);
  pair.server.send(seen, "b", false);
  pair.server.sendTrailers(seen, {{"grpc-status", "0"}});
  exchangeBytes(pair.client, pair.server);
  EXPECT_EQ(request.interims, std::vector<std::string>{"103"});
  EXPECT_EQ(Http2Exchange::text(request.head), ":status: 200");
  EXPECT_EQ(request.body, "b");
  EXPECT_EQ(Http2Exchange::text(request.trailerMap), "grpc-status: 0");
  EXPECT_TRUE(request.closed && seen.closed);
}

TEST(Session, CutsLargeHeadsIntoContinuations) {
  Options large;
  large.headers.maxBytes = 1 << 20;
  Pair pair(large, large);
  Http2Exchange& request = pair.client.request("GET", "/", "", false, {{"big", std::string(50000, '~')}});
  const Frames frames = framesOf(pair.client.take());
  ASSERT_GE(frames.size(), 3u);
  EXPECT_EQ(frames[0], "HEADERS 1 END_STREAM");
  EXPECT_EQ(frames[1], "CONTINUATION 1");
  (void)request;
}

TEST(Session, HostCountsAsAuthority) {
  RawClient raw;
  // GET / http, host: h
  raw.send(frame(FrameType::kHeaders, flag::kEndHeaders | flag::kEndStream, 1,
                 std::string("\x82\x84\x86\x00\x04host\x01h", 11)));
  ASSERT_EQ(raw.server.exchanges.size(), 1u);
  EXPECT_EQ(raw.server.exchanges[0].head.authority(), "h");
}

TEST(Session, ResetsAreSeenByTheOtherSide) {
  Pair pair;
  Http2Exchange& request = pair.client.request("POST", "/", "a", true);
  exchangeBytes(pair.client, pair.server);
  request.stream->reset(ErrorCode::kCancel);
  exchangeBytes(pair.client, pair.server);
  const Http2Exchange& seen = pair.server.exchanges[0];
  ASSERT_TRUE(seen.reset);
  EXPECT_EQ(seen.reset->code, ErrorCode::kCancel);
  EXPECT_EQ(seen.reset->details, "http2.remote_reset");
  EXPECT_EQ(pair.server.stat("rx_reset"), 1u);
  EXPECT_EQ(pair.client.stat("tx_reset"), 1u);
  EXPECT_FALSE(request.reset) << "who resets is not called back";
}

TEST(Session, AServersResetWaitsForItsAnswer) {
  Options small;
  small.initialStreamWindow = 3;
  Pair pair({}, small);
  pair.client.request("POST", "/", "a", true);
  exchangeBytes(pair.client, pair.server);
  Http2Exchange& seen = pair.server.exchanges[0];
  pair.server.respond(seen, "200", "abcdef");
  seen.stream->reset(ErrorCode::kNoError);
  Frames frames = framesOf(pair.server.take());
  EXPECT_EQ(frames, (Frames{"HEADERS 1", "DATA 1 3 bytes"}));
  pair.server.receive(frame(FrameType::kWindowUpdate, 0, 1, u32(10)));
  frames = framesOf(pair.server.take());
  EXPECT_EQ(frames, (Frames{"DATA 1 3 bytes END_STREAM", "RST_STREAM 1 0"}));
}

TEST(Session, GoAwayComesInTwoSteps) {
  RawClient raw;
  raw.send(get(1));
  raw.server.session().shutdownNotice();
  EXPECT_EQ(framesOf(raw.server.take()), (Frames{"GOAWAY 2147483647 0"}));
  raw.send(get(3));
  raw.server.session().goAway();
  EXPECT_EQ(framesOf(raw.server.take()), (Frames{"GOAWAY 3 0"}));
  // What comes later is not read, and is no error.
  EXPECT_EQ(raw.send(get(5)), Frames{});
  EXPECT_EQ(raw.status, SessionStatus::kOk);
  EXPECT_EQ(raw.server.exchanges.size(), 2u);
}

TEST(Session, StreamsAboveAGoAwayAreRefused) {
  Pair pair;
  Http2Exchange& first = pair.client.request("GET", "/1");
  Http2Exchange& second = pair.client.request("GET", "/2");
  pair.client.receive(frame(FrameType::kGoAway, 0, 0, u32(1) + u32(0)));
  EXPECT_FALSE(first.reset);
  ASSERT_TRUE(second.reset);
  EXPECT_EQ(second.reset->code, ErrorCode::kRefusedStream);
  EXPECT_EQ(second.reset->details, "http2.remote_refuse");
  ASSERT_EQ(pair.client.goAways.size(), 1u);
  EXPECT_EQ(pair.client.session().open(first), nullptr);
}

TEST(Session, MoreStreamsThanAllowedAreRefused) {
  Options one;
  one.maxConcurrentStreams = 1;
  RawClient raw(one);
  raw.send(get(1));
  EXPECT_EQ(raw.send(get(3)), (Frames{"RST_STREAM 3 7"}));
  EXPECT_EQ(raw.server.stat("stream_refused_errors"), 1u);
  raw.server.respond(raw.server.exchanges[0], "200", "");
  raw.server.take();
  EXPECT_EQ(raw.send(get(5)), Frames{});
  EXPECT_EQ(raw.server.exchanges.size(), 2u);
}

TEST(Session, AnswersPings) {
  RawClient raw;
  EXPECT_EQ(raw.send(frame(FrameType::kPing, 0, 0, "12345678")), (Frames{"PING ACK"}));
  raw.server.session().ping(0x0102030405060708);
  EXPECT_EQ(raw.server.take(), frame(FrameType::kPing, 0, 0, "\x01\x02\x03\x04\x05\x06\x07\x08"));
  raw.send(frame(FrameType::kPing, flag::kAck, 0, "\x01\x02\x03\x04\x05\x06\x07\x08"));
  EXPECT_EQ(raw.server.acks, std::vector<uint64_t>{0x0102030405060708});
}

TEST(Session, AMalformedMessageEndsTheConnectionUnlessTold) {
  const std::string upper("\x82\x84\x86\x01\x01h\x00\x01X\x01y", 11);
  RawClient strict;
  EXPECT_EQ(strict.send(frame(FrameType::kHeaders, 5, 1, upper)), (Frames{"GOAWAY 1 1"}));
  EXPECT_EQ(strict.status, SessionStatus::kProtocolError);
  EXPECT_EQ(strict.server.stat("rx_messaging_error"), 1u);
  ASSERT_TRUE(strict.server.exchanges[0].reset);
  EXPECT_EQ(strict.server.exchanges[0].reset->details, "http2.invalid.header.field");
  Options lenient;
  lenient.streamErrorOnInvalidMessage = true;
  RawClient stream(lenient);
  EXPECT_EQ(stream.send(frame(FrameType::kHeaders, 5, 1, upper)), (Frames{"RST_STREAM 1 1"}));
  EXPECT_EQ(stream.status, SessionStatus::kOk);
  EXPECT_EQ(stream.send(get(3)), Frames{});
  EXPECT_EQ(stream.server.exchanges.size(), 2u);
}

TEST(Session, TooManyFieldsEndTheStreamOnly) {
  Options few;
  few.headers.maxCount = 4;
  RawClient raw(few);
  const std::string five = kGet + std::string("\x00\x01x\x01y", 5);
  EXPECT_EQ(raw.send(frame(FrameType::kHeaders, 5, 1, five)), (Frames{"RST_STREAM 1 2"}));
  EXPECT_EQ(raw.server.stat("header_overflow"), 1u);
  ASSERT_TRUE(raw.server.exchanges[0].reset);
  EXPECT_EQ(raw.server.exchanges[0].reset->details, "http2.too_many_headers");
  // Compression goes on behind it.
  EXPECT_EQ(raw.send(get(3)), Frames{});
  EXPECT_TRUE(raw.server.exchanges[1].ended);
}

// CVE-2026-47774: they become one field in the end, and are counted as they come.
TEST(Session, EachCrumbOfACookieCounts) {
  const auto crumbs = [](int n) {
    std::string block = kGet;
    for (int i = 0; i < n; ++i)
      block += std::string(
          "\x0f\x11\x03"
          "a=b",
          6);  // static name 32, not indexed
    return block;
  };
  Options few;
  few.headers.maxCount = 6;
  RawClient raw(few);
  EXPECT_EQ(raw.send(frame(FrameType::kHeaders, 5, 1, crumbs(2))), Frames{});
  EXPECT_EQ(raw.send(frame(FrameType::kHeaders, 5, 3, crumbs(3))), (Frames{"RST_STREAM 3 2"}));
  EXPECT_EQ(raw.server.stat("header_overflow"), 1u);
}

TEST(Session, FramesOnStreamsThatAreOver) {
  RawClient raw;
  raw.send(get(1));
  raw.server.respond(raw.server.exchanges[0], "200", "");
  raw.server.take();
  // Ended by both: nothing may follow.
  EXPECT_EQ(raw.send(get(1)), (Frames{"GOAWAY 1 5"}));
  RawClient reset;
  reset.send(get(1, flag::kEndHeaders));
  reset.server.exchanges[0].stream->reset(ErrorCode::kCancel);
  reset.server.take();
  // The client did not know yet.
  EXPECT_EQ(reset.send(frame(FrameType::kData, flag::kEndStream, 1, "late")), Frames{});
  EXPECT_EQ(reset.status, SessionStatus::kOk);
  RawClient skipped;
  skipped.send(get(5));
  EXPECT_EQ(skipped.send(get(3)), (Frames{"GOAWAY 5 1"}));
}

TEST(Session, NothingIsReadOfAConnectionThatCloses) {
  RawClient raw;
  raw.server.isClosing = true;
  raw.send(get(1));
  EXPECT_TRUE(raw.server.exchanges.empty());
}

TEST(Session, AStreamThatGoesMidHeadIsForgotten) {
  RawClient raw;
  raw.send(frame(FrameType::kHeaders, 0, 1, kGet.substr(0, 3)));
  ASSERT_EQ(raw.server.exchanges.size(), 1u);
  raw.server.exchanges[0].stream->reset(ErrorCode::kNoError);
  raw.server.take();
  EXPECT_EQ(raw.send(frame(FrameType::kContinuation, flag::kEndHeaders, 1, kGet.substr(3))), Frames{});
  EXPECT_FALSE(raw.server.exchanges[0].headSeen);
  EXPECT_EQ(raw.send(get(3)), Frames{});
  EXPECT_TRUE(raw.server.exchanges[1].ended);
}

}  // namespace
}  // namespace orrery::http2
