#include "sim/actors/http2_wire.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace orrery::sim {
namespace {

using http2::ErrorCode;
using http2::FrameType;
namespace flag = http2::flag;
using Side = Http2Wire::Side;

std::string frame(FrameType type, uint8_t flags, uint32_t stream, std::string_view payload) {
  std::string out(http2::kFrameHeadSize, '\0');
  http2::writeFrameHead({static_cast<uint32_t>(payload.size()), type, flags, stream}, out.data());
  return out.append(payload);
}

const std::string kSettings = frame(FrameType::kSettings, 0, 0, "");

// What one end is told, as text.
class End final : public Http2Wire::Delegate {
 public:
  explicit End(Side side) : wire(side, *this) { wire.begin(); }

  void onHead(uint32_t stream, const WireHead& head) override {
    say("head " + std::to_string(stream) + " " + std::string(head.method) + std::to_string(head.status) + " #" +
        std::to_string(head.id));
    text = head.text;
  }
  void onBody(uint32_t, std::string_view bytes) override { body += bytes; }
  void onEnd(uint32_t stream) override {
    say("end " + std::to_string(stream) + " " + std::to_string(body.size()));
    body.clear();
  }
  void onReset(uint32_t stream, ErrorCode code) override {
    say("reset " + std::to_string(stream) + " " + std::to_string(static_cast<uint32_t>(code)));
  }
  void onGoAway(uint32_t last, ErrorCode) override { say("goaway " + std::to_string(last)); }
  void onSent(uint32_t stream) override { sent.push_back(stream); }
  void onBroken(const std::string& why) override { broken = why; }

  void say(const std::string& what) { told += what + ";"; }
  std::string take() { return std::exchange(wire.output(), {}); }

  std::string told;
  std::string text;
  std::string body;
  std::string broken;
  std::vector<uint32_t> sent;
  Http2Wire wire;
};

// Bytes go to and fro, in pieces, until neither has anything to say.
void talk(End& a, End& b, size_t piece) {
  for (;;) {
    const std::string ab = a.take(), ba = b.take();
    if (ab.empty() && ba.empty()) return;
    for (size_t at = 0; at < ab.size(); at += piece) b.wire.feed(std::string_view(ab).substr(at, piece));
    for (size_t at = 0; at < ba.size(); at += piece) a.wire.feed(std::string_view(ba).substr(at, piece));
  }
}

Http2Wire::Fields request(std::string method) {
  return {{":method", std::move(method)},
          {":scheme", "http"},
          {":authority", "h"},
          {":path", "/"},
          {"x-orrery-request", "7"}};
}

TEST(Http2Wire, CarriesMessagesHoweverTheBytesAreCut) {
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{1000}, size_t{1} << 20}) {
    End client(Side::kClient), server(Side::kServer);
    client.wire.open(request("POST"), false);
    client.wire.sendBody(1, std::string(200'000, 'x'), true);  // more than a window
    talk(client, server, piece);
    EXPECT_EQ(server.told, "head 1 POST0 #7;end 1 200000;") << piece;
    EXPECT_EQ(server.text, "POST / HTTP/2\r\nhost: h\r\nx-orrery-request: 7\r\n\r\n");
    server.wire.respond(1, {{":status", "103"}}, false);
    server.wire.respond(1, {{":status", "200"}, {"x-orrery-nonce", "9"}, {"content-length", "3"}}, false);
    server.wire.sendBody(1, "abc", true);
    talk(client, server, piece);
    EXPECT_EQ(client.told, "head 1 103 #0;head 1 200 #9;end 1 3;");
    EXPECT_EQ(client.sent, std::vector<uint32_t>{1});
    EXPECT_EQ(client.wire.openStreams() + server.wire.openStreams(), 0u);
    EXPECT_EQ(client.broken + server.broken, "");
  }
}

TEST(Http2Wire, ResetsOneStreamAndLeavesOthers) {
  End client(Side::kClient), server(Side::kServer);
  client.wire.open(request("GET"), true);
  client.wire.open(request("GET"), true);
  talk(client, server, 100);
  client.wire.reset(1, ErrorCode::kCancel);
  server.wire.respond(1, {{":status", "200"}}, true);  // crosses the reset
  server.wire.respond(3, {{":status", "200"}}, true);
  talk(client, server, 100);
  EXPECT_EQ(server.told, "head 1 GET0 #7;end 1 0;head 3 GET0 #7;end 3 0;");
  EXPECT_EQ(client.told, "head 3 200 #0;end 3 0;");
  EXPECT_EQ(client.broken + server.broken, "");
}

TEST(Http2Wire, GoAwayRefusesWhatComesLater) {
  End client(Side::kClient), server(Side::kServer);
  client.wire.open(request("GET"), true);
  talk(client, server, 100);
  server.wire.goAway(ErrorCode::kNoError);
  client.wire.open(request("GET"), true);  // crosses it
  talk(client, server, 100);
  EXPECT_EQ(server.told, "head 1 GET0 #7;end 1 0;");
  EXPECT_EQ(client.told, "reset 3 7;goaway 1;");
  EXPECT_FALSE(client.wire.mayOpen());
  server.wire.respond(1, {{":status", "200"}}, true);
  talk(client, server, 100);
  EXPECT_EQ(client.told, "reset 3 7;goaway 1;head 1 200 #0;end 1 0;");
}

TEST(Http2Wire, OpensNoMoreStreamsThanThePeerAllows) {
  End client(Side::kClient);
  client.wire.feed(frame(FrameType::kSettings, 0, 0, std::string_view("\0\3\0\0\0\1", 6)));
  EXPECT_TRUE(client.wire.mayOpen());
  client.wire.open(request("GET"), true);
  EXPECT_FALSE(client.wire.mayOpen());
}

// HPACK: `:status 200` is 0x88, `:method GET`, `:scheme http`, `:path /` are 0x82, 0x86, 0x84.
TEST(Http2Wire, RefusesWhatTheProxyMustNotSend) {
  const std::string status(1, '\x88');
  const auto head = [&](uint8_t flags, const std::string& more = "") {
    return frame(FrameType::kHeaders, static_cast<uint8_t>(flag::kEndHeaders | flags), 1, status + more);
  };
  const std::string connection = std::string("\0", 1) +
                                 "\x0a"
                                 "connection"
                                 "\x05"
                                 "close";
  const std::string capital = std::string("\0", 1) +
                              "\x01"
                              "A"
                              "\x01"
                              "b";
  const std::string length = std::string("\0", 1) +
                             "\x0e"
                             "content-length"
                             "\x01"
                             "4";
  const std::vector<std::pair<std::string, std::string>> breaches = {
      {head(0), "the first frame is not SETTINGS"},
      {kSettings + frame(FrameType::kData, 0, 1, "a"), "DATA before a message's head or behind its end"},
      {kSettings + frame(FrameType::kData, 0, 5, "a"), "DATA on a stream that is not open"},
      {kSettings + frame(FrameType::kHeaders, flag::kEndHeaders, 2, status), "HEADERS on a stream that is not open"},
      {kSettings + head(0, connection), "the field connection"},
      {kSettings + head(0, capital), "a field name with capitals, or none"},
      {kSettings + head(0, status), "twice :status"},
      {kSettings + frame(FrameType::kHeaders, flag::kEndHeaders, 1, "\x82"),
       "a response with other pseudo header fields than :status"},
      {kSettings + head(0, length) + frame(FrameType::kData, flag::kEndStream, 1, "abc"),
       "a message shorter than its content-length"},
      {kSettings + head(0, length) + frame(FrameType::kData, 0, 1, "abcde"), "more DATA than the message may have"},
      {kSettings + head(flag::kEndStream) + frame(FrameType::kData, 0, 1, "a"),
       "DATA before a message's head or behind its end"},
      {kSettings + head(0) + head(0), "trailers with pseudo header fields"},
      {kSettings + frame(FrameType::kHeaders, 0, 1, status) + frame(FrameType::kPing, 0, 0, "12345678"),
       "a frame inside a header block"},
      {kSettings + frame(FrameType::kContinuation, flag::kEndHeaders, 1, status), "CONTINUATION without HEADERS"},
      {kSettings + frame(FrameType::kHeaders, flag::kEndHeaders, 1, "\xff\xff\xff\xff\xff\xff"),
       "a header block that is no HPACK"},
      {kSettings + frame(FrameType::kPushPromise, flag::kEndHeaders, 1, std::string(4, '\0') + status),
       "PUSH_PROMISE, which was not allowed"},
      {kSettings + frame(FrameType::kRstStream, 0, 9, std::string(4, '\0')), "RST_STREAM of a stream that never was"},
      {kSettings + frame(FrameType::kWindowUpdate, 0, 0, std::string(4, '\0')), "WINDOW_UPDATE of zero"},
      {kSettings + frame(FrameType::kWindowUpdate, 0, 0, "\x7f\xff\xff\xff"), "a window beyond 2^31-1"},
      {kSettings + frame(FrameType::kPing, 0, 0, "123"), "PING of another size, or of a stream"},
      {kSettings + frame(FrameType::kSettings, 0, 0, "12345"), "SETTINGS of another size"},
      {kSettings + frame(FrameType::kData, 0, 1, std::string(16385, 'x')), "a frame of 16385 bytes"},
  };
  for (const auto& [bytes, why] : breaches) {
    for (const size_t piece : {size_t{1}, bytes.size()}) {
      End client(Side::kClient);
      client.wire.open(request("GET"), false);
      for (size_t at = 0; at < bytes.size(); at += piece) client.wire.feed(std::string_view(bytes).substr(at, piece));
      EXPECT_EQ(client.broken, why);
    }
  }
}

TEST(Http2Wire, OpensItsWindowsAsItReads) {
  End client(Side::kClient);
  client.wire.feed(kSettings);
  client.wire.open(request("GET"), true);
  client.wire.feed(frame(FrameType::kHeaders, flag::kEndHeaders, 1, "\x88"));
  for (int i = 0; i < 20; ++i) client.wire.feed(frame(FrameType::kData, 0, 1, std::string(16384, 'x')));
  EXPECT_EQ(client.broken, "");
  EXPECT_NE(client.take().find(std::string("\0\0\4\10\0", 5)), std::string::npos);  // WINDOW_UPDATE
}

TEST(Http2Wire, AServerWantsThePreface) {
  End server(Side::kServer);
  server.wire.feed("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
  EXPECT_EQ(server.broken, "no connection preface");
}

TEST(Http2Wire, ARequestHasItsPseudoHeaderFields) {
  End server(Side::kServer);
  server.wire.feed("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + kSettings +
                   frame(FrameType::kHeaders, flag::kEndHeaders | flag::kEndStream, 1, "\x82\x84"));
  EXPECT_EQ(server.broken, "a request without, or with more than, its pseudo header fields");
}

// Each of them, on a stream that this end has not opened.
TEST(Http2Wire, StreamsOfRawFramesAreReadAndForgotten) {
  const std::string answers[] = {
      frame(FrameType::kRstStream, 0, 1, std::string("\0\0\0\1", 4)),
      frame(FrameType::kWindowUpdate, 0, 1, std::string("\0\0\0\1", 4)),
      frame(FrameType::kHeaders, flag::kEndHeaders, 1, "\x88"),
      frame(FrameType::kData, flag::kEndStream, 1, "abc"),
  };
  for (const std::string& answer : answers) {
    End without(Side::kClient), with(Side::kClient);
    with.wire.noteRaw("");
    for (End* end : {&without, &with}) end->wire.feed(kSettings + answer);
    EXPECT_NE(without.broken, "");
    EXPECT_EQ(with.broken, "");
    EXPECT_EQ(with.told, "");
  }
}

// HAProxy gives the connection as much as it may have, and back what DATA took of it.
TEST(Http2Wire, RawDataUsesTheWindowThatThePeerGivesBack) {
  End client(Side::kClient);
  client.wire.noteRaw(frame(FrameType::kWindowUpdate, 0, 0, std::string(4, '\1')) +
                      frame(FrameType::kData, 0, 1, "abc"));
  client.wire.feed(kSettings + frame(FrameType::kWindowUpdate, 0, 0, std::string("\x7f\xff\0\0", 4)));
  EXPECT_EQ(client.broken, "");
  client.wire.feed(frame(FrameType::kWindowUpdate, 0, 0, std::string("\0\0\0\3", 4)));
  EXPECT_EQ(client.broken, "");
  client.wire.feed(frame(FrameType::kWindowUpdate, 0, 0, std::string("\0\0\0\1", 4)));
  EXPECT_EQ(client.broken, "a window beyond 2^31-1");
}

// A server's own streams are never the story's.
TEST(Http2Wire, RawFramesExcuseNoStreamOfThePeers) {
  End client(Side::kClient);
  client.wire.noteRaw("");
  client.wire.feed(kSettings + frame(FrameType::kRstStream, 0, 2, std::string("\0\0\0\1", 4)));
  EXPECT_EQ(client.broken, "RST_STREAM of a stream that never was");
}

}  // namespace
}  // namespace orrery::sim
