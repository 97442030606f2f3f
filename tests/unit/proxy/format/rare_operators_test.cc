#include <gtest/gtest.h>

#include "tests/unit/proxy/format/record.h"

namespace orrery::format {
namespace {

using stream_info::Value;

Value::Object table(std::string_view text) {
  Value::Object fields;
  memberOf(fields, "k").is = std::string(text);
  memberOf(fields, "n").is = 7.0;
  Value::Object out;
  memberOf(out, "ns").is = fields;
  return out;
}

class Around final : public stream_info::Surroundings {
 public:
  WallTime wallNow() const override { return WallTime::fromUnixNanoseconds(1'795'425'052'000'000'000); }
  ZoneOffset localZone(WallTime) const override { return {-5 * 3600 - 1800, "XST"}; }
  std::string_view hostname() const override { return "box"; }
  std::optional<std::string> variable(std::string_view name) const override {
    if (name == "FOO") return "barbaz";
    return std::nullopt;
  }
  void appendUuid(std::string& out) const override { out += "0d357518-760f-434b-8f96-579fe93cc466"; }
  std::string_view filterChainName() const override { return "fc1"; }
  const Value::Object* listenerMetadata() const override { return &listener; }
  const Value::Object* filterChainMetadata() const override { return &chain; }

  Value::Object listener = table("listener");
  Value::Object chain = table("chain");
};

struct RareOperators : testing::Test {
  RareOperators() { sample.info.surroundings = &around; }
  std::string text(std::string_view format) const { return sample.text(format); }
  std::string json(std::string_view format) const { return sample.json({{"v", std::string(format)}}); }

  SampleRecord sample;
  Around around;
};

TEST_F(RareOperators, TimesOfTheMomentAndOfTheLocalZone) {
  EXPECT_EQ(text("%EMIT_TIME% %EMIT_TIME(%s)%"), "2026-11-23T09:10:52.000Z 1795425052");
  EXPECT_EQ(text("%EMIT_TIME_LOCAL%"), "2026-11-23T03:40:52.000-0530");
  EXPECT_EQ(text("%START_TIME_LOCAL%"), "2026-11-23T03:40:51.145-0530");
  EXPECT_EQ(text("%START_TIME_LOCAL(%Z %z %Ez %s)%"), "XST -0530 -05:30 1795425051");
  EXPECT_EQ(text("%START_TIME(%Z %z %Ez)%"), "UTC +0000 +00:00");
  EXPECT_EQ(text("%EMIT_TIME(%n)%"), "error: %EMIT_TIME% would write a line end into its line");
}

TEST_F(RareOperators, WhatTheProcessIsTold) {
  EXPECT_EQ(text("%HOSTNAME% %FILTER_CHAIN_NAME% %UNIQUE_ID%"), "box fc1 0d357518-760f-434b-8f96-579fe93cc466");
  EXPECT_EQ(text("%ENVIRONMENT(FOO)% %ENVIRONMENT(FOO):2% %ENVIRONMENT(NO)%"), "barbaz ba -");
  sample.info.surroundings = nullptr;
  EXPECT_EQ(text("%HOSTNAME% %FILTER_CHAIN_NAME% %UNIQUE_ID% %ENVIRONMENT(FOO)% %EMIT_TIME%"), "- - - - -");
}

TEST_F(RareOperators, MetadataOfAllThatHasSome) {
  const Value::Object route = table("route");
  const Value::Object host = table("host");
  const Value::Object cluster = table("cluster");
  const Value::Object upstream = table("upstream");
  sample.info.routeMetadata = &route;
  sample.info.virtualHostMetadata = &host;
  sample.info.clusterMetadata = &cluster;
  sample.info.upstreamHostMetadata = &upstream;
  EXPECT_EQ(text("%METADATA(ROUTE:ns:k)% %METADATA(VIRTUAL_HOST:ns:k)% %METADATA(CLUSTER:ns:k)% "
                 "%METADATA(UPSTREAM_HOST:ns:k)% %METADATA(LISTENER:ns:k)% %METADATA(LISTENER_FILTER_CHAIN:ns:k)%"),
            "route host cluster upstream listener chain");
  EXPECT_EQ(text("%CLUSTER_METADATA(ns:k)% %UPSTREAM_METADATA(ns)%"), R"(cluster {"k":"upstream","n":7})");
  EXPECT_EQ(text("%METADATA(DYNAMIC:ns:k)% %METADATA(ROUTE:no)% %METADATA(ROUTE)%"), "- - -");
  EXPECT_EQ(text("%METADATA(ROUTE:ns):5%"), R"({"k":)");
  EXPECT_EQ(json("%METADATA(ROUTE:ns):5%"), "{\"v\":{\"k\":\"route\",\"n\":7}}\n");
  EXPECT_EQ(json("%METADATA(ROUTE:ns:n)%"), "{\"v\":7}\n");
  EXPECT_EQ(text("%METADATA(FOO:ns)%"), "error: FOO is not supported type of metadata");
  EXPECT_EQ(text("%UPSTREAM_METADATA(ns):5%"), "error: %UPSTREAM_METADATA% does not allow length to be specified");
}

TEST_F(RareOperators, BytesAsTheMetersHaveThem) {
  EXPECT_EQ(text("%DOWNSTREAM_HEADER_BYTES_RECEIVED% %DOWNSTREAM_HEADER_BYTES_SENT% %UPSTREAM_HEADER_BYTES_SENT% "
                 "%UPSTREAM_HEADER_BYTES_RECEIVED% %UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT%"),
            "29 127 140 41 0");
  EXPECT_EQ(json("%DOWNSTREAM_HEADER_BYTES_SENT%"), "{\"v\":127}\n");
  EXPECT_EQ(text("%BYTES_RETRANSMITTED% %PACKETS_RETRANSMITTED% [%CUSTOM_FLAGS%]"), "0 0 []");
}

TEST_F(RareOperators, TheHostOfTheLastTry) {
  EXPECT_EQ(text("%UPSTREAM_PROTOCOL% %UPSTREAM_HOST_NAME% %UPSTREAM_HOST_NAME_WITHOUT_PORT%"),
            "- 127.0.0.1:20000 127.0.0.1");
  sample.info.upstreamProtocol = stream_info::Protocol::kHttp2;
  sample.info.upstreamHostName = "two.example:99";
  EXPECT_EQ(text("%UPSTREAM_PROTOCOL% %UPSTREAM_HOST_NAME% %UPSTREAM_HOST_NAME_WITHOUT_PORT%"),
            "HTTP/2 two.example:99 two.example");
  EXPECT_EQ(text("%UPSTREAM_HOSTS_ATTEMPTED% %UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT% %UPSTREAM_HOST_NAMES_ATTEMPTED% "
                 "%UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT% %UPSTREAM_CONNECTION_IDS_ATTEMPTED%"),
            "127.0.0.1:20000 127.0.0.1 two.example:99 two.example 2");
  EXPECT_EQ(json("%UPSTREAM_CONNECTION_IDS_ATTEMPTED%"), "{\"v\":\"2\"}\n");
  EXPECT_EQ(text("%UPSTREAM_DETECTED_CLOSE_TYPE% %DOWNSTREAM_DETECTED_CLOSE_TYPE%"), "Normal Normal");
  // Refused: a host was chosen, and never connected to.
  sample.info.upstreamLocalAddress = {};
  sample.info.upstreamConnectionId = 0;
  EXPECT_EQ(text("%UPSTREAM_HOSTS_ATTEMPTED% %UPSTREAM_HOST_NAMES_ATTEMPTED% %UPSTREAM_CONNECTION_IDS_ATTEMPTED%"),
            "- - -");
  sample.info.upstreamHost = sample.info.upstreamHostName = {};
  EXPECT_EQ(text("%UPSTREAM_HOST_NAME% %UPSTREAM_DETECTED_CLOSE_TYPE%"), "- -");
}

TEST_F(RareOperators, MaskedAddresses) {
  EXPECT_EQ(text("%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(16)% %UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(0)% "
                 "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(33)% %UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(9)%"),
            "127.0.0.0/16 0.0.0.0/0 127.0.0.1/32 127.0.0.0/9");
  sample.info.downstreamRemoteAddress = "[2001:db8:1234:5678:9abc:def0:1234:5678]:80";
  EXPECT_EQ(text("%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(64)% %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(33)%"),
            "2001:db8:1234:5678::/64 2001:db8::/33");
  sample.info.downstreamRemoteAddress = "/run/a";
  EXPECT_EQ(text("%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(8)%"), "/run/a");
  EXPECT_EQ(text("%UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(x)%"),
            "error: %UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT% wants a number of bits, 0 to 128: x");
  EXPECT_EQ(text("%UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(129)%"),
            "error: %UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT% wants a number of bits, 0 to 128: 129");
}

TEST_F(RareOperators, DurationsOfTheConnectionAndItsPool) {
  EXPECT_EQ(text("%UPSTREAM_CONNECTION_POOL_READY_DURATION% %COMMON_DURATION(US_CX_BEG:US_CX_END:us)%"), "- -");
  sample.info.upstreamPoolReady = Duration::microseconds(2999);
  sample.info.upstreamConnectBegin.mark(sample.after(-100));
  sample.info.upstreamConnectEnd.mark(sample.after(50));
  sample.info.firstUpstreamRxBody.mark(sample.after(1300));
  EXPECT_EQ(text("%UPSTREAM_CONNECTION_POOL_READY_DURATION% %COMMON_DURATION(US_CX_BEG:US_CX_END:us)% "
                 "%COMMON_DURATION(US_RX_BODY_BEG:US_RX_END:us)%"),
            "2 150 52");
  // Of a handshake, of the client's connection and of points that filters set there is nothing to tell.
  EXPECT_EQ(text("%COMMON_DURATION(US_HS_END:US_RX_END:us)% %COMMON_DURATION(DS_CX_BEG:DS_CX_END:us)% "
                 "%COMMON_DURATION(DS_RX_BEG:own:us)%"),
            "- - -");
}

TEST_F(RareOperators, RequestedHostWhereThereIsNoServerName) {
  EXPECT_EQ(text("%REQUESTED_SERVER_NAME% %REQUESTED_SERVER_NAME(SNI_ONLY:HOST)% %REQUESTED_SERVER_NAME(SNI_FIRST)% "
                 "%REQUESTED_SERVER_NAME(HOST_FIRST:ORIG)% %REQUESTED_SERVER_NAME(HOST_FIRST:HOST)%"),
            "- - tap.test - tap.test");
  sample.requestHeaders.add(message::HeaderId::kEnvoyOriginalHost, "first.test");
  EXPECT_EQ(text("%REQUESTED_SERVER_NAME(HOST_FIRST:ORIG)% %REQUESTED_SERVER_NAME(SNI_FIRST)% "
                 "%REQUESTED_SERVER_NAME(SNI_FIRST:HOST)%"),
            "first.test first.test tap.test");
  EXPECT_EQ(text("%REQUESTED_SERVER_NAME(X)%"),
            "error: Invalid REQUESTED_SERVER_NAME option: 'X', only 'SNI_ONLY'/'SNI_FIRST'/'HOST_FIRST' are allowed");
}

TEST_F(RareOperators, TheFirstChoiceThatHasAValue) {
  EXPECT_EQ(text(R"(%COALESCE({"operators":["REQUESTED_SERVER_NAME",{"command":"REQ","param":":authority"}]})%)"),
            "tap.test");
  EXPECT_EQ(text(R"(%COALESCE({"operators":[{"command":"REQ","param":":authority","max_length":3}]}):2%)"), "ta");
  EXPECT_EQ(text(R"(%COALESCE({"operators":["ROUTE_NAME"]})%)"), "-");
  // An empty value is one.
  EXPECT_EQ(text(R"([%COALESCE({"operators":["CUSTOM_FLAGS","RESPONSE_CODE"]})%])"), "[]");
  EXPECT_EQ(json(R"(%COALESCE({"operators":["ROUTE_NAME","RESPONSE_CODE"]}):2%)"), "{\"v\":200}\n");
  EXPECT_EQ(json(R"(%COALESCE({"operators":["ROUTE_NAME","PROTOCOL"]}):4%)"), "{\"v\":\"HTTP\"}\n");
  EXPECT_EQ(json(R"(%COALESCE({"operators":["ROUTE_NAME"]})%)"), "{\"v\":null}\n");
}

TEST_F(RareOperators, MistakesInChoicesAreNamed) {
  EXPECT_EQ(text("%COALESCE({})%"), "error: COALESCE: JSON configuration must contain 'operators' array");
  EXPECT_EQ(text("%COALESCE([])%"), "error: COALESCE: JSON configuration must contain 'operators' array");
  EXPECT_EQ(text(R"(%COALESCE({"operators":[]})%)"), "error: COALESCE: 'operators' array must not be empty");
  EXPECT_EQ(text("%COALESCE(x)%"), "error: COALESCE: failed to parse JSON configuration: x");
  const std::string at = "error: COALESCE: failed to parse operator at index 0: ";
  EXPECT_EQ(text(R"(%COALESCE({"operators":["NOPE"]})%)"), at + "%NOPE% is not a supported operator");
  EXPECT_EQ(text(R"(%COALESCE({"operators":[5]})%)"),
            at + "operator entry must be either a string (command name) or an object with 'command' field");
  EXPECT_EQ(text(R"(%COALESCE({"operators":[{"param":"x"}]})%)"),
            at + "operator object must have 'command' field: key 'command' missing or not a string");
  EXPECT_EQ(text(R"(%COALESCE({"operators":[{"command":"REQ","param":5}]})%)"),
            at + "'param' field must be a string: key 'param' not a string");
  EXPECT_EQ(text(R"(%COALESCE({"operators":[{"command":"REQ","param":"a","max_length":"x"}]})%)"),
            at + "'max_length' field must be an integer: key 'max_length' not an integer");
  EXPECT_EQ(text(R"(%COALESCE({"operators":[{"command":"REQ","prm":"a"}]})%)"),
            at + "no field 'prm' is known (command, param, max_length)");
}

TEST_F(RareOperators, FilterStateIsToldByItsFields) {
  EXPECT_EQ(text("%FILTER_STATE(a.b)% %FILTER_STATE(a:PLAIN):3% %UPSTREAM_FILTER_STATE(a:FIELD:x)%"), "- - -");
  struct Five final : stream_info::FilterObject {
    std::optional<int64_t> field(std::string_view name) const override {
      return name == "x" ? std::optional<int64_t>(1234) : std::nullopt;
    }
  };
  sample.info.filterState["a"] = std::make_unique<Five>();
  EXPECT_EQ(text("%FILTER_STATE(a:FIELD:x)% %FILTER_STATE(a:FIELD:x):2% %FILTER_STATE(a:FIELD:y)%"), "1234 12 -");
  EXPECT_EQ(text("%FILTER_STATE(a)% %FILTER_STATE(b:FIELD:x)% %UPSTREAM_FILTER_STATE(a:FIELD:x)%"), "- - -");
  EXPECT_EQ(json("%FILTER_STATE(a:FIELD:x)%"), "{\"v\":\"1234\"}\n");
  EXPECT_EQ(text("%FILTER_STATE(:PLAIN)%"), "error: Invalid filter state configuration, key cannot be empty.");
  EXPECT_EQ(text("%FILTER_STATE(a:X)%"), "error: Invalid filter state serialize type, only support PLAIN/TYPED/FIELD.");
  EXPECT_EQ(text("%FILTER_STATE(a:FIELD)%"),
            "error: Invalid filter state serialize type, FIELD should be used with the field name.");
}

TEST_F(RareOperators, WhatNeedsTlsHasNoValueWithoutIt) {
  EXPECT_EQ(text("%DOWNSTREAM_TLS_VERSION% %DOWNSTREAM_PEER_SUBJECT% %UPSTREAM_PEER_CERT_V_END(%Y)% "
                 "%TLS_JA3_FINGERPRINT% %DOWNSTREAM_HANDSHAKE_DURATION%"),
            "- - - - -");
  EXPECT_EQ(json("%DOWNSTREAM_TLS_SESSION_ID%"), "{\"v\":null}\n");
}

}  // namespace
}  // namespace orrery::format
