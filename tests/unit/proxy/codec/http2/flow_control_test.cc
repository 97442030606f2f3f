#include <gtest/gtest.h>

#include "tests/support/http2_end.h"

namespace orrery::http2 {
namespace {

using tests::exchangeBytes;
using tests::frame;
using tests::framesOf;
using tests::Http2End;
using tests::Http2Exchange;
using tests::u32;
using Frames = std::vector<std::string>;

Options windows(uint32_t stream, uint32_t connection = 24 << 20) {
  Options options;
  options.initialStreamWindow = stream;
  options.initialConnectionWindow = connection;
  return options;
}

TEST(FlowControl, DataWaitsForTheStreamsWindow) {
  Http2End server(Side::kServer, windows(10));
  Http2End client(Side::kClient);
  exchangeBytes(client, server);
  client.request("POST", "/", std::string(25, 'a'));
  EXPECT_EQ(framesOf(client.take()), (Frames{"HEADERS 1", "DATA 1 10 bytes"}));
  EXPECT_EQ(client.stat("pending_send_bytes"), 15u);
  EXPECT_FALSE(client.exchanges[0].localEnd);
  client.receive(frame(FrameType::kWindowUpdate, 0, 1, u32(14)));
  EXPECT_EQ(framesOf(client.take()), (Frames{"DATA 1 14 bytes"}));
  EXPECT_EQ(client.exchanges[0].progress, 2);
  client.receive(frame(FrameType::kWindowUpdate, 0, 1, u32(14)));
  EXPECT_EQ(framesOf(client.take()), (Frames{"DATA 1 1 bytes END_STREAM"}));
  EXPECT_TRUE(client.exchanges[0].localEnd);
  EXPECT_EQ(client.stat("pending_send_bytes"), 0u);
}

TEST(FlowControl, StreamsShareTheConnectionsWindowByTurns) {
  Http2End server(Side::kServer);
  Http2End client(Side::kClient);
  exchangeBytes(client, server);
  // The server's client may send 65,535 bytes at first; take all of it.
  client.receive(frame(FrameType::kSettings, 0, 0));
  client.take();
  Http2End poor(Side::kClient);
  poor.receive(frame(FrameType::kSettings, 0, 0, std::string("\0\4", 2) + u32(1 << 20)));
  poor.take();
  poor.request("POST", "/", std::string(65535, 'a'), true);
  poor.request("POST", "/", std::string(40000, 'b'));
  poor.request("POST", "/", std::string(40000, 'c'));
  poor.take();
  poor.receive(frame(FrameType::kWindowUpdate, 0, 0, u32(49152)));
  EXPECT_EQ(framesOf(poor.take()), (Frames{"DATA 3 16384 bytes", "DATA 5 16384 bytes", "DATA 3 16384 bytes"}));
}

TEST(FlowControl, AnEmptyEndNeedsNoWindow) {
  Http2End server(Side::kServer, windows(0));
  Http2End client(Side::kClient);
  exchangeBytes(client, server);
  Http2Exchange& request = client.request("POST", "/", "", true);
  client.take();
  client.send(request, "", true);
  EXPECT_EQ(framesOf(client.take()), (Frames{"DATA 1 0 bytes END_STREAM"}));
}

TEST(FlowControl, TrailersComeBehindWhatWaits) {
  Http2End server(Side::kServer, windows(3));
  Http2End client(Side::kClient);
  exchangeBytes(client, server);
  Http2Exchange& request = client.request("POST", "/", "abcdef", true);
  client.sendTrailers(request, {{"t", "1"}});
  EXPECT_EQ(framesOf(client.take()), (Frames{"HEADERS 1", "DATA 1 3 bytes"}));
  client.receive(frame(FrameType::kWindowUpdate, 0, 1, u32(3)));
  EXPECT_EQ(framesOf(client.take()), (Frames{"DATA 1 3 bytes", "HEADERS 1 END_STREAM"}));
}

TEST(FlowControl, ASmallerWindowMayMakeOneNegative) {
  Http2End client(Side::kClient);
  client.receive(frame(FrameType::kSettings, 0, 0));
  client.request("POST", "/", std::string(100, 'a'), true);
  client.take();
  client.receive(frame(FrameType::kSettings, 0, 0, std::string("\0\4", 2) + u32(50)));
  client.take();
  client.send(client.exchanges[0], "b", true);
  EXPECT_EQ(framesOf(client.take()), Frames{});
  client.receive(frame(FrameType::kWindowUpdate, 0, 1, u32(50)));
  EXPECT_EQ(framesOf(client.take()), Frames{});
  client.receive(frame(FrameType::kWindowUpdate, 0, 1, u32(1)));
  EXPECT_EQ(framesOf(client.take()), (Frames{"DATA 1 1 bytes END_STREAM"}));
}

TEST(FlowControl, APausedStreamKeepsItsWindowAndItsData) {
  Http2End server(Side::kServer, windows(100, 200000));
  Http2End client(Side::kClient);
  exchangeBytes(client, server);
  Http2Exchange& request = client.request("POST", "/", "", true);
  exchangeBytes(client, server);
  Http2Exchange& seen = server.exchanges[0];
  seen.stream->readDisable(true);
  client.send(request, std::string(300, 'a'), true);
  exchangeBytes(client, server);
  EXPECT_EQ(seen.body, "");
  EXPECT_EQ(client.stat("pending_send_bytes"), 200u) << "the window is not opened";
  seen.stream->readDisable(false);
  EXPECT_EQ(server.resumes, 1);
  EXPECT_EQ(seen.body, "") << "not inside the call";
  server.session().resume();
  EXPECT_EQ(seen.body.size(), 100u);
  exchangeBytes(client, server);
  EXPECT_EQ(seen.body.size(), 300u);
  EXPECT_TRUE(seen.ended);
}

TEST(FlowControl, TheEndOfAPausedStreamWaitsToo) {
  Http2End server(Side::kServer);
  Http2End client(Side::kClient);
  exchangeBytes(client, server);
  Http2Exchange& request = client.request("POST", "/", "", true);
  exchangeBytes(client, server);
  Http2Exchange& seen = server.exchanges[0];
  seen.stream->readDisable(true);
  client.send(request, "abc", false);
  client.sendTrailers(request, {{"t", "1"}});
  exchangeBytes(client, server);
  EXPECT_FALSE(seen.ended);
  seen.stream->readDisable(false);
  server.session().resume();
  EXPECT_EQ(seen.body, "abc");
  EXPECT_TRUE(seen.trailersSeen);
}

TEST(FlowControl, WindowsAreOpenedWhenHalfIsUsed) {
  Http2End server(Side::kServer, windows(100, 1 << 20));
  Http2End client(Side::kClient);
  exchangeBytes(client, server);
  Http2Exchange& request = client.request("POST", "/", std::string(49, 'a'), true);
  server.receive(client.take());
  EXPECT_EQ(framesOf(server.take()), Frames{});
  client.send(request, "b", false);
  server.receive(client.take());
  EXPECT_EQ(framesOf(server.take()), (Frames{"WINDOW_UPDATE 1 +50"}));
}

TEST(FlowControl, WhoSendsMoreThanAllowedIsStopped) {
  Http2End server(Side::kServer, windows(65535));
  server.receive(std::string(tests::kHttp2Preface) + frame(FrameType::kSettings, 0, 0) +
                 frame(FrameType::kSettings, flag::kAck, 0) +
                 frame(FrameType::kHeaders, flag::kEndHeaders, 1, std::string("\x83\x84\x86\x01\x01h", 6)));
  server.take();
  server.exchanges[0].stream->readDisable(true);
  for (int i = 0; i < 4; ++i) server.receive(frame(FrameType::kData, 0, 1, std::string(16384, 'a')));
  EXPECT_EQ(framesOf(server.take()), (Frames{"RST_STREAM 1 3"}));
}

TEST(FlowControl, ManyBytesWaitingAreTold) {
  Options options = windows(1000);
  Http2End server(Side::kServer, windows(10));
  Http2End client(Side::kClient, options);
  exchangeBytes(client, server);
  client.request("POST", "/", std::string(1500, 'a'), true);
  EXPECT_EQ(client.exchanges[0].above, 1);
  EXPECT_EQ(client.exchanges[0].below, 0);
  client.receive(frame(FrameType::kWindowUpdate, 0, 1, u32(1200)));
  EXPECT_EQ(client.exchanges[0].below, 1);
}

}  // namespace
}  // namespace orrery::http2
