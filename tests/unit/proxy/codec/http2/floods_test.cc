#include <gtest/gtest.h>

#include "tests/support/http2_end.h"

// What a peer may not send too much of, each with its counter (Envoy's ProtocolConstraints).
namespace orrery::http2 {
namespace {

using tests::frame;
using tests::Http2End;
using tests::u32;

struct Flood : public testing::Test {
  void greet() {
    server.receive(std::string(tests::kHttp2Preface) + frame(FrameType::kSettings, 0, 0) +
                   frame(FrameType::kSettings, flag::kAck, 0));
    server.take();
  }
  // How many of `bytes` are taken before the session gives up; 0: it never does in `most`.
  int untilFlood(std::string_view bytes, int most, bool reads = true) {
    for (int i = 1; i <= most; ++i) {
      if (server.receive(bytes) == SessionStatus::kFlood) return i;
      if (reads) server.take();
    }
    return 0;
  }
  const std::string post = frame(FrameType::kHeaders, flag::kEndHeaders, 1, std::string("\x83\x84\x86\x01\x01h", 6));
  Http2End server{Side::kServer};
};

TEST_F(Flood, EmptyDataFramesInARow) {
  greet();
  server.receive(post);
  EXPECT_EQ(untilFlood(frame(FrameType::kData, 0, 1), 10), 2);
  EXPECT_EQ(server.stat("inbound_empty_frames_flood"), 1u);
  EXPECT_EQ(server.session().errorDetails(), "http2.inbound_empty_frames_flood");
}

TEST_F(Flood, EmptyDataFramesBetweenOthersAreNone) {
  greet();
  server.receive(post);
  EXPECT_EQ(untilFlood(frame(FrameType::kData, 0, 1) + frame(FrameType::kData, 0, 1, "a"), 100), 0);
}

// CVE-2020-11080.
TEST_F(Flood, SettingsOfVeryManyEntries) {
  greet();
  std::string entry("\0\4\0\0\1\0", 6), many;  // SETTINGS_INITIAL_WINDOW_SIZE
  for (int i = 0; i < 32; ++i) many += entry;
  EXPECT_EQ(server.receive(frame(FrameType::kSettings, 0, 0, many)), SessionStatus::kOk);
  EXPECT_EQ(server.receive(frame(FrameType::kSettings, 0, 0, many + entry)), SessionStatus::kProtocolError);
}

TEST_F(Flood, EmptyContinuations) {
  greet();
  server.receive(frame(FrameType::kHeaders, 0, 1, std::string("\x83\x84\x86\x01\x01h", 6)));
  EXPECT_EQ(untilFlood(frame(FrameType::kContinuation, 0, 1), 10), 2);
}

TEST_F(Flood, ContinuationsWithoutEnd) {
  greet();
  server.receive(frame(FrameType::kHeaders, 0, 1, std::string("\x83\x84\x86\x01\x01h", 6)));
  // Fields of 1,000 bytes, 15 a frame: the list is too large after 4 frames, the block after about 8.
  std::string field("\x00\x01x\x7f\x69", 5);  // a value of 232 bytes
  field += std::string(232, 'y');
  std::string fields;
  for (int i = 0; i < 60; ++i) fields += field;
  const int n = untilFlood(frame(FrameType::kContinuation, 0, 1, fields), 100);
  EXPECT_GT(n, 4);
  EXPECT_LT(n, 12);
  EXPECT_EQ(server.stat("header_overflow"), 1u);
}

TEST_F(Flood, PriorityFrames) {
  greet();
  server.receive(post);
  EXPECT_EQ(untilFlood(frame(FrameType::kPriority, 0, 3, std::string(5, '\0')), 1000), 201);
  EXPECT_EQ(server.stat("inbound_priority_frames_flood"), 1u);
}

TEST_F(Flood, WindowUpdateFrames) {
  greet();
  server.receive(post);
  EXPECT_EQ(untilFlood(frame(FrameType::kWindowUpdate, 0, 0, u32(1)), 1000), 8) << "5 + 2 x (1 stream + 10 x 0 frames)";
  EXPECT_EQ(server.stat("inbound_window_update_frames_flood"), 1u);
}

TEST_F(Flood, PingsThatNobodyReadsTheAnswersOf) {
  greet();
  EXPECT_EQ(untilFlood(frame(FrameType::kPing, 0, 0, "12345678"), 5000, false), 1001);
  EXPECT_EQ(server.stat("outbound_control_flood"), 1u);
  EXPECT_EQ(server.stat("outbound_control_frames_active"), 1001u);
}

TEST_F(Flood, PingsAreFineWhileTheAnswersAreRead) {
  greet();
  EXPECT_EQ(untilFlood(frame(FrameType::kPing, 0, 0, "12345678"), 5000), 0);
  EXPECT_EQ(server.stat("outbound_control_frames_active"), 0u);
}

TEST_F(Flood, SettingsThatNobodyReadsTheAnswersOf) {
  greet();
  EXPECT_EQ(untilFlood(frame(FrameType::kSettings, 0, 0), 5000, false), 1001);
}

TEST_F(Flood, AnswersThatNobodyReads) {
  Options options;
  options.maxOutboundFrames = 20;
  Http2End client(Side::kClient, options);
  client.receive(frame(FrameType::kSettings, 0, 0));
  client.take();
  auto& request = client.request("POST", "/", "a", true);
  for (int i = 0; i < 30; ++i) client.send(request, "a", false);
  EXPECT_EQ(client.floods, 1);
  EXPECT_EQ(client.stat("outbound_flood"), 1u);
}

}  // namespace
}  // namespace orrery::http2
