#include "proxy/format/format.h"

#include <gtest/gtest.h>

#include "proxy/base/arena.h"
#include "tests/unit/proxy/format/record.h"

namespace orrery::format {
namespace {

struct Format : testing::Test {
  SampleRecord sample;

  std::string text(std::string_view format) const { return sample.text(format); }
};

// The first line of a log that a real Envoy wrote for this request.
TEST_F(Format, TheDefaultLineIsEnvoys) {
  EXPECT_EQ(text(defaultFormatText()),
            "[2026-11-23T09:10:51.145Z] \"GET /get?a=b HTTP/1.1\" 200 - 0 19 1 0 \"-\" \"taps\" "
            "\"04c8554f-7ebd-49f0-9166-291b2a1e90d1\" \"tap.test\" \"127.0.0.1:20000\"\n");
}

// A request that was refused before its head was read, as Envoy logs it.
TEST_F(Format, TheDefaultLineWithoutRequest) {
  sample.requestHeaders.clear();
  sample.responseHeaders.clear();
  stream_info::StreamInfo& info = sample.info;
  info.upstreamHost = {};
  info.responseCode = 400;
  info.flags.set(stream_info::ResponseFlag::kDownstreamProtocolError);
  info.bytesSent = 11;
  info.complete.at = info.startMonotonic;
  EXPECT_EQ(text(defaultFormatText()),
            "[2026-11-23T09:10:51.145Z] \"- - HTTP/1.1\" 400 DPE 0 11 0 - \"-\" \"-\" \"-\" \"-\" \"-\"\n");
}

TEST_F(Format, HeadersWithAlternativeAndLength) {
  EXPECT_EQ(text("%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %REQ(:PATH):4% %REQ(X-NO)% %REQ(X-NO?X-NO2)%"),
            "GET /get?a=b /get - -");
  sample.requestHeaders.add(message::HeaderId::kEnvoyOriginalPath, "/before");
  EXPECT_EQ(text("%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"), "/before");
  EXPECT_EQ(text("%REQ(host)% %RESP(SERVER):2% %TRAILER(X)%"), "tap.test en -");
  sample.requestHeaders.add("x-empty", "");
  EXPECT_EQ(text("[%REQ(X-EMPTY)%]"), "[]");
}

TEST_F(Format, AnExtensionsOperatorIsThereWhereItIsListed) {
  const auto listed = [&](std::string_view format) {
    std::string out;
    (*parseFormat(format, Absent::kDash, {.reqWithoutQuery = true}))->append(sample.record(), out);
    return out;
  };
  EXPECT_EQ(listed("%REQ_WITHOUT_QUERY(:PATH)% %REQ_WITHOUT_QUERY(X-NO?:PATH):3% %REQ(:PATH)%"), "/get /ge /get?a=b");
  EXPECT_EQ(listed("%REQ_WITHOUT_QUERY(X-NO)% %REQ_WITHOUT_QUERY%"), "- -");
}

TEST_F(Format, DurationsAreWholeAndAbsentUntilTheyHappen) {
  EXPECT_EQ(text("%DURATION% %REQUEST_DURATION% %REQUEST_TX_DURATION% %RESPONSE_DURATION% %RESPONSE_TX_DURATION%"),
            "1 0 0 1 0");
  EXPECT_EQ(text("%COMMON_DURATION(DS_RX_BEG:US_RX_BEG:us)% %COMMON_DURATION(DS_RX_BEG:DS_TX_END)% "
                 "%COMMON_DURATION(US_TX_BEG:US_RX_BEG:ns)% %COMMON_DURATION(US_RX_BEG:DS_RX_BEG:us)%"),
            "1256 1 593000 -");
  sample.info.firstUpstreamRxByte = {};
  EXPECT_EQ(text("%RESPONSE_DURATION% %RESPONSE_TX_DURATION% %COMMON_DURATION(US_RX_BEG:DS_TX_END:us)%"), "- - -");
}

TEST_F(Format, AddressesInAllForms) {
  EXPECT_EQ(text("%DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% %DOWNSTREAM_REMOTE_PORT% "
                 "%DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_PORT% %DOWNSTREAM_DIRECT_REMOTE_ADDRESS%"),
            "127.0.0.1:43438 127.0.0.1 43438 127.0.0.1:10000 10000 127.0.0.1:43438");
  sample.info.downstreamRemoteAddress = "[2001:db8::1]:80";
  EXPECT_EQ(text("%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% %DOWNSTREAM_REMOTE_PORT%"), "2001:db8::1 80");
  sample.info.downstreamRemoteAddress = "/run/a:1";
  EXPECT_EQ(text("%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% %DOWNSTREAM_REMOTE_PORT%"), "/run/a:1 -");
  EXPECT_EQ(text("%UPSTREAM_HOST% %UPSTREAM_LOCAL_PORT% %UPSTREAM_REMOTE_PORT%"), "127.0.0.1:20000 53628 20000");
  sample.info.upstreamLocalAddress = {};
  EXPECT_EQ(text("%UPSTREAM_HOST% %UPSTREAM_LOCAL_ADDRESS% %UPSTREAM_REMOTE_ADDRESS%"), "127.0.0.1:20000 - -");
}

TEST_F(Format, TextsForReadersThatSplitAtSpaces) {
  sample.info.responseCodeDetails = "a b";
  sample.info.upstreamTransportFailureReason = "delayed connect error: Connection refused";
  EXPECT_EQ(text("%RESPONSE_CODE_DETAILS% %RESPONSE_CODE_DETAILS(ALLOW_WHITESPACES)%"), "a_b a b");
  EXPECT_EQ(text("%UPSTREAM_TRANSPORT_FAILURE_REASON%"), "delayed_connect_error:_Connection_refused");
}

TEST_F(Format, FlagsShortAndLong) {
  EXPECT_EQ(text("%RESPONSE_FLAGS% %RESPONSE_FLAGS_LONG%"), "- -");
  sample.info.flags.set(stream_info::ResponseFlag::kUpstreamRetryLimitExceeded);
  sample.info.flags.set(stream_info::ResponseFlag::kUpstreamRequestTimeout);
  EXPECT_EQ(text("%RESPONSE_FLAGS%"), "URX,UT");
  EXPECT_EQ(text("%RESPONSE_FLAGS_LONG%"), "UpstreamRetryLimitExceeded,UpstreamRequestTimeout");
}

TEST_F(Format, TheRestOfTheOperators) {
  EXPECT_EQ(text("%RESPONSE_CODE% %CONNECTION_ID% %UPSTREAM_CONNECTION_ID% %UPSTREAM_REQUEST_ATTEMPT_COUNT% "
                 "%UPSTREAM_CLUSTER% %ROUTE_NAME% %STREAM_ID% %ACCESS_LOG_TYPE% %REQUESTED_SERVER_NAME%"),
            "200 1 2 1 origin - 04c8554f-7ebd-49f0-9166-291b2a1e90d1 DownstreamEnd -");
  EXPECT_EQ(text("%BYTES_RECEIVED% %BYTES_SENT% %UPSTREAM_WIRE_BYTES_SENT% %UPSTREAM_WIRE_BYTES_RECEIVED% "
                 "%DOWNSTREAM_WIRE_BYTES_RECEIVED% %DOWNSTREAM_WIRE_BYTES_SENT% %CONNECTION_TERMINATION_DETAILS%"),
            "0 19 175 79 59 165 -");
  // ":method" "GET" 10, ":path" "/get?a=b" 13, ":authority" "tap.test" 18, "user-agent" "taps" 14, request id 48
  EXPECT_EQ(text("%REQUEST_HEADERS_BYTES% %RESPONSE_TRAILERS_BYTES%"), "103 0");
  EXPECT_EQ(text("%START_TIME(%s.%9f)% 100%%"), "1795425051.145203000 100%");
}

TEST_F(Format, MistakesAreNamed) {
  EXPECT_EQ(text("%FOO%"), "error: %FOO% is not a supported operator");
  EXPECT_EQ(text("%REQ_WITHOUT_QUERY(:PATH)%"),
            "error: %REQ_WITHOUT_QUERY% is no operator where its extension is not among the formatters");
  EXPECT_EQ(text("%REQ%"), "error: %REQ% requires parameters");
  EXPECT_EQ(text("%REQ()%"), "error: %REQ% requires parameters");
  EXPECT_EQ(text("%REQ(A?B?C)%"), "error: %REQ% names more than one alternative header: A?B?C");
  EXPECT_EQ(text("%PROTOCOL(A)%"), "error: %PROTOCOL% does not take any parameters or length");
  EXPECT_EQ(text("%PROTOCOL:3%"), "error: %PROTOCOL% does not take any parameters or length");
  EXPECT_EQ(text("%START_TIME:3%"), "error: %START_TIME% does not allow length to be specified");
  EXPECT_EQ(text("%START_TIME(%n)%"), "error: %START_TIME% would write a line end into its line");
  EXPECT_EQ(text("%CEL(response.code)%"), "error: %CEL% is not a supported operator");
  EXPECT_EQ(text("%COMMON_DURATION(DS_RX_BEG)%"), "error: %COMMON_DURATION% wants START:END or START:END:PRECISION");
  EXPECT_EQ(text("%COMMON_DURATION(DS_RX_BEG:DS_TX_END:s)%"),
            "error: %COMMON_DURATION% has an invalid precision: s (ms, us or ns)");
  for (const char* bad : {"%PROTOCOL", "100%", "%req(A)%", "%REQ(A):%", "%REQ(A):x%"}) {
    EXPECT_TRUE(text(bad).find("is no operator (a percent sign is written %%)") != std::string::npos) << text(bad);
  }
}

}  // namespace
}  // namespace orrery::format
