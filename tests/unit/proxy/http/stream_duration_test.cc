#include "proxy/http/stream_duration.h"

#include <gtest/gtest.h>

namespace orrery::http {
namespace {

// Measured at Envoy 1.40.
struct StreamDurations : testing::Test {
  std::string of(const route::StreamDuration& route, std::string_view header, Duration ofManager = Duration()) {
    message::HeaderMap headers(arena);
    if (!header.empty()) headers.add(message::HeaderId::kGrpcTimeout, header);
    const auto most = streamDuration(route, ofManager, headers);
    return (most ? std::to_string(most->inMilliseconds()) : "none") + " " +
           std::string(headers.get(message::HeaderId::kGrpcTimeout));
  }
  ArenaPool pool;
  Arena arena{pool};
};

constexpr Duration millis(int64_t n) { return Duration::milliseconds(n); }

TEST_F(StreamDurations, TheRoutesTimeReplacesTheManagers) {
  EXPECT_EQ(of({}, "", millis(300)), "300 ");
  EXPECT_EQ(of({millis(200), {}, {}}, "", millis(300)), "200 ");
  EXPECT_EQ(of({millis(0), {}, {}}, "", millis(300)), "none ");
  EXPECT_EQ(of({}, ""), "none ");
}

TEST_F(StreamDurations, AGrpcTimeoutCountsUpToItsMost) {
  EXPECT_EQ(of({{}, millis(400), {}}, "300m"), "300 300m");
  EXPECT_EQ(of({{}, millis(400), {}}, "2S"), "400 400m");
  EXPECT_EQ(of({{}, millis(0), {}}, "2S"), "2000 2000m");
  EXPECT_EQ(of({{}, millis(0), millis(100)}, "400m"), "300 300m");
  EXPECT_EQ(of({{}, millis(0), millis(500)}, "400m"), "0 0m");
}

TEST_F(StreamDurations, WhatCannotBeReadIsReplacedByTheRoutes) {
  EXPECT_EQ(of({millis(200), millis(400), {}}, "abc"), "200 200m");
  EXPECT_EQ(of({{}, millis(400), {}}, "abc"), "none abc");
  EXPECT_EQ(of({millis(200), {}, {}}, "1S"), "200 200m") << "without a most the header does not count";
}

TEST_F(StreamDurations, UnitsAreThoseOfGrpc) {
  const auto read = [&](std::string_view text) {
    message::HeaderMap headers(arena);
    headers.add(message::HeaderId::kGrpcTimeout, text);
    const auto value = grpcTimeout(headers);
    return value ? value->inMilliseconds() : -1;
  };
  EXPECT_EQ(read("1H"), 3'600'000);
  EXPECT_EQ(read("2M"), 120'000);
  EXPECT_EQ(read("3S"), 3'000);
  EXPECT_EQ(read("4m"), 4);
  EXPECT_EQ(read("5u"), 1);
  EXPECT_EQ(read("6000000n"), 6);
  for (std::string_view bad : {"", "1", "m", "1x", "-1m", "123456789m", "1.5S"}) EXPECT_EQ(read(bad), -1) << bad;
}

TEST_F(StreamDurations, LongTimesGetLargerUnits) {
  EXPECT_EQ(of({Duration::seconds(200'000), {}, {}}, "1S"), "200000000 200000S");
}

}  // namespace
}  // namespace orrery::http
