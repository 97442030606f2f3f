#include "proxy/http/upgrade_rules.h"

#include "tests/unit/proxy/http/header_maps.h"

namespace orrery::http {
namespace {

using message::HeaderMap;

using UpgradeRules = HeaderMaps;

TEST_F(UpgradeRules, AnUpgradeNeedsBothFields) {
  EXPECT_TRUE(isUpgrade(map({{"connection", "keep-alive, UPGRADE"}, {"upgrade", "x"}})));
  EXPECT_TRUE(
      isUpgrade(map({{":method", "GET"}, {"connection", "close"}, {"connection", "upgrade"}, {"upgrade", "x"}})));
  EXPECT_FALSE(isUpgrade(map({{"connection", "upgrade"}})));
  EXPECT_FALSE(isUpgrade(map({{"upgrade", "x"}})));
  EXPECT_FALSE(isUpgrade(map({{"connection", "upgrades"}, {"upgrade", "x"}})));
}

TEST_F(UpgradeRules, OnlyWebSocketIsAWebSocket) {
  EXPECT_TRUE(isWebSocketUpgrade(map({{"connection", "upgrade"}, {"upgrade", "WebSocket"}})));
  EXPECT_FALSE(isWebSocketUpgrade(map({{"connection", "upgrade"}, {"upgrade", "websocket2"}})));
}

TEST_F(UpgradeRules, H2cIsTakenOutWithWhatBelongsToIt) {
  HeaderMap& all =
      map({{"connection", "Upgrade, HTTP2-Settings"}, {"upgrade", "h2c"}, {"http2-settings", "A"}, {"a", "b"}});
  EXPECT_TRUE(removeUpgrades(all, {}));
  EXPECT_EQ(text(all), "a: b\n");
  HeaderMap& some = map({{"connection", "upgrade, x, close"}, {"upgrade", "H2C"}});
  EXPECT_TRUE(removeUpgrades(some, {}));
  EXPECT_EQ(text(some), "connection: x,close\n");
  HeaderMap& none = map({{"connection", "upgrade"}, {"upgrade", "h2"}});
  EXPECT_FALSE(removeUpgrades(none, {}));
  EXPECT_EQ(text(none), "connection: upgrade\nupgrade: h2\n");
}

TEST_F(UpgradeRules, WhatIsToBeIgnoredIsTakenOut) {
  match::StringMatcher tls;
  tls.kind = match::StringMatcher::Kind::kPrefix;
  tls.value = "TLS/";
  HeaderMap& all = map({{"connection", "upgrade, x"}, {"upgrade", "TLS/1.2, TLS/1.0"}});
  EXPECT_TRUE(removeUpgrades(all, {&tls, 1}));
  EXPECT_EQ(text(all), "connection: x\n");
  HeaderMap& some = map({{"connection", "upgrade"}, {"upgrade", "TLS/1.2, websocket"}});
  EXPECT_FALSE(removeUpgrades(some, {&tls, 1}));
  EXPECT_EQ(text(some), "connection: upgrade\nupgrade: websocket\n");
}

// RFC 8441 section 4. There and back is the same, but for the method: an upgrade by HTTP/1 is a GET.
TEST_F(UpgradeRules, ARequestIsSaidInBothProtocols) {
  HeaderMap& m = map({{":method", "CONNECT"}, {":protocol", "websocket"}, {":path", "/c"}, {"a", "b"}});
  EXPECT_TRUE(isExtendedConnect(m));
  requestToHttp1(m);
  EXPECT_EQ(text(m), ":method: GET\n:path: /c\na: b\nupgrade: websocket\nconnection: upgrade\n");
  EXPECT_TRUE(isUpgrade(m));
  m.add("content-length", "0");
  requestToHttp2(m);
  EXPECT_EQ(text(m), ":method: CONNECT\n:path: /c\n:protocol: websocket\na: b\n");
}

TEST_F(UpgradeRules, WhatIsNoExtendedConnect) {
  EXPECT_FALSE(isExtendedConnect(map({{":method", "CONNECT"}, {":authority", "h:1"}})));
  EXPECT_FALSE(isExtendedConnect(map({{":method", "CONNECT"}, {":protocol", "bytestream"}})));
  EXPECT_FALSE(isExtendedConnect(map({{":method", "GET"}, {":protocol", "websocket"}})));
}

TEST_F(UpgradeRules, AGrantIs101And200) {
  HeaderMap& m = map({{":status", "101"}, {"connection", "upgrade"}, {"upgrade", "websocket"}, {"a", "b"}});
  responseToHttp2(m);
  EXPECT_EQ(text(m), ":status: 200\na: b\n");
  responseToHttp1(m, "websocket");
  EXPECT_EQ(text(m), ":status: 101\na: b\nupgrade: websocket\nconnection: upgrade\n");
}

TEST_F(UpgradeRules, ARefusalStaysWhatItIs) {
  HeaderMap& m = map({{":status", "404"}, {"content-length", "4"}});
  responseToHttp1(m, "websocket");
  EXPECT_EQ(text(m), ":status: 404\ncontent-length: 4\n");
  HeaderMap& other = map({{":status", "201"}});
  responseToHttp1(other, "websocket");
  EXPECT_EQ(text(other), ":status: 201\n");
}

}  // namespace
}  // namespace orrery::http
