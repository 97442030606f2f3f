#include "proxy/http/upgrade_rules.h"

#include <gtest/gtest.h>

namespace orrery::http {
namespace {

using message::HeaderMap;

class UpgradeRules : public testing::Test {
 protected:
  HeaderMap& map(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
    auto& m = *arena_.make<HeaderMap>(arena_);
    for (const auto& [name, value] : fields) m.add(name, value);
    return m;
  }
  static std::string text(const HeaderMap& m) {
    std::string out;
    for (const auto& e : m) out += std::string(e.name) + "=" + std::string(e.value) + " ";
    return out;
  }

  ArenaPool pool_;
  Arena arena_{pool_};
};

TEST_F(UpgradeRules, AnUpgradeNeedsBothFields) {
  EXPECT_TRUE(isUpgrade(map({{"connection", "keep-alive, UPGRADE"}, {"upgrade", "x"}})));
  EXPECT_TRUE(isUpgrade(map({{"connection", "close"}, {"connection", "upgrade"}, {"upgrade", "x"}})));
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
  EXPECT_EQ(text(all), "a=b ");
  HeaderMap& some = map({{"connection", "upgrade, x, close"}, {"upgrade", "H2C"}});
  EXPECT_TRUE(removeUpgrades(some, {}));
  EXPECT_EQ(text(some), "connection=x,close ");
  HeaderMap& none = map({{"connection", "upgrade"}, {"upgrade", "h2"}});
  EXPECT_FALSE(removeUpgrades(none, {}));
  EXPECT_EQ(text(none), "connection=upgrade upgrade=h2 ");
}

TEST_F(UpgradeRules, WhatIsToBeIgnoredIsTakenOut) {
  match::StringMatcher tls;
  tls.kind = match::StringMatcher::Kind::kPrefix;
  tls.value = "TLS/";
  HeaderMap& all = map({{"connection", "upgrade, x"}, {"upgrade", "TLS/1.2, TLS/1.0"}});
  EXPECT_TRUE(removeUpgrades(all, {&tls, 1}));
  EXPECT_EQ(text(all), "connection=x ");
  HeaderMap& some = map({{"connection", "upgrade"}, {"upgrade", "TLS/1.2, websocket"}});
  EXPECT_FALSE(removeUpgrades(some, {&tls, 1}));
  EXPECT_EQ(text(some), "connection=upgrade upgrade=websocket ");
}

// RFC 8441 section 4. There and back is the same, but for the method: an upgrade by HTTP/1 is a GET.
TEST_F(UpgradeRules, ARequestIsSaidInBothProtocols) {
  HeaderMap& m = map({{":method", "CONNECT"}, {":protocol", "websocket"}, {":path", "/c"}, {"a", "b"}});
  EXPECT_TRUE(isExtendedConnect(m));
  requestToHttp1(m);
  EXPECT_EQ(text(m), ":method=GET :path=/c a=b upgrade=websocket connection=upgrade ");
  EXPECT_TRUE(isUpgrade(m));
  m.add("content-length", "0");
  requestToHttp2(m);
  EXPECT_EQ(text(m), ":method=CONNECT :path=/c :protocol=websocket a=b ");
}

TEST_F(UpgradeRules, WhatIsNoExtendedConnect) {
  EXPECT_FALSE(isExtendedConnect(map({{":method", "CONNECT"}, {":authority", "h:1"}})));
  EXPECT_FALSE(isExtendedConnect(map({{":method", "CONNECT"}, {":protocol", "bytestream"}})));
  EXPECT_FALSE(isExtendedConnect(map({{":method", "GET"}, {":protocol", "websocket"}})));
}

TEST_F(UpgradeRules, AGrantIs101And200) {
  HeaderMap& m = map({{":status", "101"}, {"connection", "upgrade"}, {"upgrade", "websocket"}, {"a", "b"}});
  responseToHttp2(m);
  EXPECT_EQ(text(m), ":status=200 a=b ");
  responseToHttp1(m, "websocket");
  EXPECT_EQ(text(m), ":status=101 a=b upgrade=websocket connection=upgrade ");
}

TEST_F(UpgradeRules, ARefusalStaysWhatItIs) {
  HeaderMap& m = map({{":status", "404"}, {"content-length", "4"}});
  responseToHttp1(m, "websocket");
  EXPECT_EQ(text(m), ":status=404 content-length=4 ");
  HeaderMap& other = map({{":status", "201"}});
  responseToHttp1(other, "websocket");
  EXPECT_EQ(text(other), ":status=201 ");
}

}  // namespace
}  // namespace orrery::http
