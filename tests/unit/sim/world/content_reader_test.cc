#include "sim/world/content_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace orrery::sim {
namespace {

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

std::string frame(http2::FrameType type, uint8_t flags, uint32_t stream, std::string_view payload) {
  std::string out(http2::kFrameHeadSize, '\0');
  http2::writeFrameHead({static_cast<uint32_t>(payload.size()), type, flags, stream}, out.data());
  return out + std::string(payload);
}
const std::string kSettings = frame(http2::FrameType::kSettings, 0, 0, std::string(6, '\0'));
const std::string kAck = frame(http2::FrameType::kSettings, http2::flag::kAck, 0, "");
const std::string kWindow = frame(http2::FrameType::kWindowUpdate, 0, 0, "abcd");

// "interim|frames|message" of one direction's segments.
class Direction {
 public:
  explicit Direction(bool answers, bool http2 = false) : answers_(answers), http2_(http2) {}
  std::string read(std::string_view bytes) {
    const WireContent c = reader_.read(bytes, answers_, http2_);
    return c.interim + "|" + c.frames + (c.message ? "|message" : "|");
  }
  std::string answer(std::string_view status, uint8_t flags = http2::flag::kEndHeaders) {
    std::string block;
    const http2::HeaderEncoder::Field field{":status", status};
    encoder_.encode({&field, 1}, block);
    return frame(http2::FrameType::kHeaders, flags, 1, block);
  }

  ContentReader reader_;

 private:
  http2::HeaderEncoder encoder_;
  const bool answers_;
  const bool http2_;
};

TEST(ContentReader, TellsInterimAnswersOfHttp1FromOthers) {
  Direction d(true);
  EXPECT_EQ(d.read("HTTP/1.1 100 Continue\r\n\r\n"), "100||");
  EXPECT_EQ(d.read("HTTP/1.1 102 A\r\n\r\nHTTP/1.1 103 B\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
            "102, 103||message");
  EXPECT_EQ(d.read("body"), "||message");
  EXPECT_EQ(d.read("HTTP/1.1 101 Switching Protocols\r\n\r\n"), "||message");
  EXPECT_EQ(Direction(true).read("HTTP/1.1 100 Cont"), "||message") << "only what is whole is known";
  EXPECT_EQ(Direction(false).read("HTTP/1.1 100 Continue\r\n\r\n"), "||message") << "a request is no answer";
}

TEST(ContentReader, NamesTheFramesThatBelongToNoMessage) {
  Direction d(false);
  EXPECT_EQ(d.read(std::string(kPreface) + kSettings), "|preface, SETTINGS|");
  EXPECT_TRUE(d.reader_.isHttp2());
  EXPECT_EQ(d.read(frame(http2::FrameType::kHeaders, http2::flag::kEndHeaders, 1, "xyz")), "||message");
  EXPECT_EQ(d.read(kAck + kWindow + kWindow), "|SETTINGS ACK, WINDOW_UPDATE|");
  EXPECT_EQ(d.read(kAck + frame(http2::FrameType::kData, 0, 1, "abc")), "|SETTINGS ACK|message");
  EXPECT_EQ(
      d.read(frame(http2::FrameType::kPing, 0, 0, "12345678") + frame(http2::FrameType::kGoAway, 0, 0, "12345678")),
      "|PING, GOAWAY|");
  EXPECT_EQ(d.read(frame(http2::FrameType::kRstStream, 0, 1, "abcd")), "|RST_STREAM|");
}

TEST(ContentReader, FramesMayComeInPieces) {
  const std::string all = std::string(kPreface) + kSettings + kWindow;
  Direction d(false);
  EXPECT_EQ(d.read(all.substr(0, 10)), "|preface|");
  EXPECT_EQ(d.read(all.substr(10, 20)), "|preface|");
  EXPECT_EQ(d.read(all.substr(30)), "|SETTINGS, WINDOW_UPDATE|");
  EXPECT_EQ(Direction(false).read("PRIVATE / HTTP/1.1\r\n"), "||message");
}

TEST(ContentReader, SaysWhoseTheFirstFrameOfAMessageIs) {
  ContentReader r;
  const auto stream = [&](const std::string& bytes) { return r.read(bytes, false, false).stream; };
  EXPECT_EQ(stream(std::string(kPreface) + kSettings), 0u);
  const std::string data = frame(http2::FrameType::kData, 0, 3, "abcdef");
  EXPECT_EQ(stream(frame(http2::FrameType::kHeaders, 4, 1, "x") + data.substr(0, 11)), 1u);
  EXPECT_EQ(stream(data.substr(11)), 3u) << "the frame goes on";
  EXPECT_EQ(stream(kWindow + frame(http2::FrameType::kData, 1, 5, "")), 5u);
  EXPECT_EQ(stream(frame(http2::FrameType::kRstStream, 0, 7, "abcd")), 0u) << "it has a name of its own";
}

TEST(ContentReader, TellsInterimAnswersOfHttp2FromOthers) {
  Direction d(true);
  EXPECT_EQ(d.read(kSettings), "|SETTINGS|") << "before it has read anything";
  EXPECT_TRUE(d.reader_.isHttp2());
  EXPECT_EQ(d.read(d.answer("103")), "103||");
  EXPECT_EQ(d.read(d.answer("103") + kWindow), "103|WINDOW_UPDATE|") << "from the table this time";
  EXPECT_EQ(d.read(d.answer("200")), "||message");
  const std::string cut = d.answer("100");
  EXPECT_EQ(d.read(cut.substr(0, 11)), "||");
  EXPECT_EQ(d.read(cut.substr(11)), "100||");
  EXPECT_EQ(Direction(true, true).read(kWindow), "|WINDOW_UPDATE|") << "the other side has said what it speaks";
}

TEST(ContentReader, WhatIsNoHpackIsPartOfAMessage) {
  Direction d(true);
  EXPECT_EQ(d.read(kSettings), "|SETTINGS|");
  EXPECT_EQ(d.read(frame(http2::FrameType::kHeaders, http2::flag::kEndHeaders, 1, "\xff\xff\xff\xff\xff\xff")),
            "||message");
  EXPECT_EQ(d.read(d.answer("103")), "||message") << "nobody can read on";
}

}  // namespace
}  // namespace orrery::sim
